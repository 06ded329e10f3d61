import { writeSync } from 'node:fs';
import { openDatabase } from '@sluice/database';
import type { InHandJournal } from '../bus.js';
import { openInHandJournal } from '../journal/in-hand-journal.js';
import { openBus } from '../open-bus.js';
import { GROUP, received, TOPIC } from './bus-world.js';
import type { ChildTask } from './child-process.js';

const say = (line: string): void => void writeSync(1, `${line}\n`);
const die = (): never => process.kill(process.pid, 'SIGKILL') as never;

/** Publishes one by one, says each id that was acknowledged, and dies after the last. */
async function publish({ url, count = 0 }: ChildTask): Promise<void> {
  const bus = await openBus(url);
  for (let index = 0; index < count; index++) {
    await bus.publish([received(`child-${index}`, index)]);
    say(`child-${index}`);
  }
  die();
}

/** Handles, says what it handled, and dies where it is told to. */
async function consume(task: ChildTask): Promise<void> {
  const bus = await openBus(task.url);
  const journal: InHandJournal | undefined = task.journal
    ? await openInHandJournal(await openDatabase(task.journal), GROUP)
    : undefined;
  let handled = 0;
  const handler = async ({ id }: { id: string }) => {
    say(`begin ${id}`);
    if (id === task.killer) die();
    await new Promise((resolve) => setTimeout(resolve, 5));
    handled += 1;
    say(id);
    if (handled === task.dieAt) die();
    return [];
  };
  await bus.consume({
    group: task.group ?? GROUP,
    topics: [TOPIC],
    backoffMs: 20,
    handler,
    ...(journal && { journal }),
  });
  say('joined');
}

const task = JSON.parse(process.argv[2] ?? '{}') as ChildTask;
await (task.does === 'publish' ? publish(task) : consume(task));
