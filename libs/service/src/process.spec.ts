import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBus } from '@sluice/bus';
import { sampleReceived } from '@sluice/contracts/testing';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
/** A real process on built code; `onReceived` is the body of its only handler. */
const program = (onReceived: string, beforeStart = ''): string => `
  import { openBus, openInHandJournal } from '@sluice/bus';
  import { SluiceError } from '@sluice/contracts';
  import { openDatabase } from '@sluice/database';
  import { defineStage, hostSettings, stageModule, start } from '@sluice/service';
  import { setTimeout as pause } from 'node:timers/promises';
  import { z } from 'zod';
  class RoomModule {}
  const nothing = async () => [];
  const received = async (data) => { ${onReceived} return []; };
  const stage = defineStage({ name: 'scrubbing', consumes: { 'instance.received.v1': received }, produces: ['instance.scrubbed.v1', 'instance.quarantined.v1'] });
  await start('scrubbing', {
    settings: z.object(hostSettings),
    module: async (settings, host) => {
      ${beforeStart}
      const bus = host.door('bus', await openBus('embedded:' + process.argv[1]));
      const journal = await openInHandJournal(await openDatabase('sqlite:' + process.argv[1] + '/room.sqlite'), 'scrubbing');
      return { module: RoomModule, imports: [stageModule({ host, bus, stage, journal })] };
    },
  });
`;

let folder: string;
let child: ChildProcess | undefined;
beforeAll(() => {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-b', 'libs/service'], { cwd: root });
}, 120_000);
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'process-'));
  const bus = await openBus(`embedded:${folder}`);
  await bus.ensureTopics({ groups: ['scrubbing'], tenants: ['t1'] });
  await bus.publish([
    { id: 'received:1', type: 'instance.received.v1', source: 'intake', data: sampleReceived() },
  ]);
  await bus.close();
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  readonly output: () => string;
  says(text: string): Promise<void>;
  readonly ended: Promise<number | null>;
  signal(name: NodeJS.Signals): void;
}

function run(code: string, more: Record<string, string> = {}): Run {
  const environment = { PATH: process.env['PATH'], HTTP_PORT: '0', HTTP_HOST: '127.0.0.1', ...more };
  const spawned = spawn(process.execPath, ['--input-type=module', '-e', code, folder], {
    cwd: root,
    env: environment,
  });
  child = spawned;
  let output = '';
  spawned.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  spawned.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const says = async (text: string): Promise<void> => {
    while (!output.includes(text))
      await Promise.race([
        once(spawned.stdout, 'data'),
        once(spawned, 'exit').then(() => {
          throw new Error(output);
        }),
      ]);
  };
  const ended = once(spawned, 'close').then(([exitCode]) => exitCode as number | null);
  return { output: () => output, says, ended, signal: (name) => spawned.kill(name) };
}

async function behind(): Promise<number | undefined> {
  const bus = await openBus(`embedded:${folder}`);
  const lag = await bus.lag('scrubbing');
  await bus.close();
  return lag['instance.received'];
}

const COUNT_IN_HAND = `
  import { openDatabase } from '@sluice/database';
  const database = await openDatabase('sqlite:' + process.argv[1] + '/room.sqlite');
  console.log((await database.tables().selectFrom('scrubbing_hand').selectAll().execute()).length);
`;

/** Records that still stand in the journal as in hand: at the next start they count as having been there at a death. */
function leftInHand(): number {
  const options = { cwd: root, encoding: 'utf8' } as const;
  return Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', COUNT_IN_HAND, folder], options),
  );
}

describe('a process', () => {
  it('finishes what is in hand on SIGTERM, commits it and exits 0', async () => {
    const process = run(program(`console.log('in hand'); await pause(500); console.log('finished');`));
    await process.says('in hand');
    process.signal('SIGTERM');
    expect(await process.ended).toBe(0);
    expect(process.output()).toMatch(/in hand[\s\S]*"stopping"[\s\S]*finished[\s\S]*"stopped"/);
    expect(await behind()).toBe(0);
  });

  it('ends at once with exit code 1 on a second signal, without committing', async () => {
    const process = run(program(`console.log('in hand'); await pause(60_000);`));
    await process.says('in hand');
    process.signal('SIGTERM');
    await process.says('"stopping"');
    process.signal('SIGINT');
    expect(await process.ended).toBe(1);
    expect(await behind()).toBe(1);
    expect(leftInHand()).toBe(0);
  });

  it('exits 1 when its drain takes longer than the grace', async () => {
    const process = run(program(`console.log('in hand'); await pause(60_000);`), {
      SHUTDOWN_GRACE_MS: '200',
    });
    await process.says('in hand');
    process.signal('SIGTERM');
    expect(await process.ended).toBe(1);
    expect(process.output()).toContain('the stop took too long');
    expect(leftInHand()).toBe(0);
  });

  it('ends by a fatal error of its own without a death of what it had in hand', async () => {
    const process = run(program(`throw new SluiceError('BUS_CONSUMER_LOST');`));
    expect(await process.ended).toBe(1);
    expect(process.output()).toContain('"code":"BUS_CONSUMER_LOST"');
    expect(leftInHand()).toBe(0);
  });

  it.each([
    [
      'an uncaught error',
      `setTimeout(() => { throw new TypeError('MARKER^JOHN'); }, 1); await pause(60_000);`,
    ],
    ['a forgotten rejection', `void Promise.reject(new TypeError('MARKER^JOHN')); await pause(60_000);`],
  ])('logs %s by its code alone and exits 1', async (_what, onReceived) => {
    const process = run(program(onReceived));
    expect(await process.ended).toBe(1);
    expect(process.output()).toContain('"code":"UNEXPECTED"');
    expect(process.output()).not.toContain('MARKER');
    expect(leftInHand()).toBe(1);
  });

  it('logs a start that fails by its code alone and exits 1', async () => {
    const process = run(program('', `throw new TypeError('MARKER^JOHN');`));
    expect(await process.ended).toBe(1);
    expect(process.output()).toContain('"errorName":"TypeError"');
    expect(process.output()).not.toContain('MARKER');
  });

  it('logs wrong settings by name alone and exits 1', async () => {
    const process = run(program(''), { HTTP_PORT: 'MARKER', LOG_LEVEL: 'MARKER' });
    expect(await process.ended).toBe(1);
    expect(process.output()).toContain(
      '"problems":["HTTP_PORT: wrong type","LOG_LEVEL: not one of the allowed values"]',
    );
    expect(process.output()).not.toContain('MARKER');
  });
});
