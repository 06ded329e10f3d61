import { setTimeout as sleep } from 'node:timers/promises';
import type { PhantomInstance } from '@sluice/samples';
import { peakRssMiB } from '../../bench/meter.ts';
import { push } from '../../scaling/ground/backlog.ts';
import { type Moment, type PushFigure, STAGES, type StageName } from '../measured.ts';
import type { Ground } from './ground.ts';
import { kafkaSize } from './kafka-size.ts';

const LOOK_EVERY_MS = 500;
const PATIENCE_MS = 110_000;

/** Pushes through all stages at once, and looks on until every instance is settled. */
export async function measurePush(
  ground: Ground,
  instances: readonly PhantomInstance[],
): Promise<Omit<PushFigure, 'what' | 'bytes'>> {
  const [before, settledBefore] = [await countsOf(ground), await ground.settled()];
  const othersBefore = ground.cpu().others;
  const began = performance.now();
  let received = 0;
  const pushed = push(ground.installation.dimsePort, instances, () => (received += 1));
  const moments: Moment[] = [];
  for (const giveUpAt = began + PATIENCE_MS; ;) {
    moments.push(await momentOf(ground, { began, received: () => received, settledBefore }));
    if (moments.at(-1)?.settled === instances.length) break;
    if (performance.now() > giveUpAt) throw new Error(`not settled: ${JSON.stringify(moments.at(-1))}`);
    await sleep(LOOK_EVERY_MS);
  }
  await pushed;
  const otherCores = (1000 * (ground.cpu().others - othersBefore)) / (performance.now() - began);
  const after = await countsOf(ground);
  const each = (total: number): number => total / instances.length;
  const calls = Object.entries(after.calls).map(([name, count]) => [
    name,
    each(count - (before.calls[name] ?? 0)),
  ]);
  const { services } = ground.installation;
  return {
    instances: instances.length,
    moments,
    otherCores,
    calls: Object.fromEntries(calls.filter(([, count]) => count !== 0)),
    rows: each(after.rows - before.rows),
    transactions: each(after.transactions - before.transactions),
    kafka: { records: each(after.records - before.records), bytes: each(after.bytes - before.bytes) },
    peakMiB: Object.fromEntries(STAGES.map((name) => [name, peakRssMiB(services[name].pid)])) as Record<
      StageName,
      number
    >,
  };
}

async function momentOf(
  ground: Ground,
  { began, received, settledBefore }: { began: number; received: () => number; settledBefore: number },
): Promise<Moment> {
  const [scrubbing, encryption, archival, done] = await Promise.all([
    ground.lag('scrubbing'),
    ground.lag('encryption'),
    ground.lag('archival'),
    ground.settled(),
  ]);
  return {
    atSeconds: (performance.now() - began) / 1000,
    received: received(),
    lag: { scrubbing, encryption, archival },
    settled: done - settledBefore,
  };
}

interface Counts {
  readonly calls: Readonly<Record<string, number>>;
  readonly rows: number;
  readonly transactions: number;
  readonly records: number;
  readonly bytes: number;
}

async function countsOf(ground: Ground): Promise<Counts> {
  // Sessions tell the server their counts at most once a second.
  await sleep(1_500);
  const { rows } = await ground.database.query(
    'select (tup_inserted + tup_updated)::int as rows, xact_commit::int as transactions from pg_stat_database where datname = current_database()',
  );
  const database = rows[0] as { rows: number; transactions: number };
  return { ...database, ...(await kafkaSize(ground)), calls: await doorCalls(ground) };
}

/** Calls so far by `room door action`. */
async function doorCalls({ installation }: Ground): Promise<Record<string, number>> {
  const calls: Record<string, number> = {};
  for (const name of STAGES) {
    const answer = await fetch(`http://127.0.0.1:${installation.services[name].httpPort}/metrics`);
    for (const [, labels = '', count] of (await answer.text()).matchAll(
      /^sluice_door_calls_total\{(.*)\} (\d+)$/gm,
    )) {
      const label = (key: string): string => new RegExp(`${key}="([^"]*)"`).exec(labels)?.[1] ?? '';
      const key = `${name} ${label('door')} ${label('action')}`;
      calls[key] = (calls[key] ?? 0) + Number(count);
    }
  }
  return calls;
}
