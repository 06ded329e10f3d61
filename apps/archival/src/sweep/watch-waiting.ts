import type { Bus } from '@sluice/bus';
import type { Metrics } from '@sluice/service';
import type { ArchivalDoors } from '../doors.js';
import { countUndecided } from '../rows/quarantined.js';
import { READERS } from './downstream.js';

/** Staged objects that are listed for the numbers, at the most. */
const MOST_LISTED = 100_000;
const KIND = /^staging\/[^/]+\/([a-z]{1,32})\//;
/** Always told, so that an empty place is a zero and not a gap. */
const KINDS = ['raw', 'clean', 'wayback', 'result', 'quarantine', 'note', 'batch'];

interface Watched extends Pick<ArchivalDoors, 'store' | 'tables'> {
  readonly bus: Pick<Bus, 'deadLetters'>;
  readonly metrics: Metrics;
}

/**
 * What waits, for metrics: staged objects, unsettled deliveries, quarantine, dead letters. `look` measures when the last time is `everyMs`
 * ago; numbers older than three times that are forgotten, as another process sweeps by then and tells its own.
 */
export function watchWaiting(watched: Watched, everyMs: number): { look(): Promise<void> } {
  const gauges = gaugesOf(watched.metrics);
  let lastAt = -Infinity;
  // A look that fails tells nothing: what stood before grows old.
  let toldAt = -Infinity;
  watched.metrics.beforeScrape(async () => {
    if (performance.now() - toldAt > 3 * everyMs) for (const gauge of Object.values(gauges)) gauge.clear();
  });
  return {
    async look() {
      if (performance.now() - lastAt < everyMs) return;
      lastAt = performance.now();
      await Promise.all([
        tellUnsettled(watched, gauges),
        tellQuarantined(watched, gauges),
        tellLetters(watched, gauges),
        tellStaging(watched, gauges),
      ]);
      toldAt = performance.now();
    },
  };
}

const gaugesOf = (metrics: Metrics) => ({
  unsettled: metrics.gauge('unsettled_instances'),
  unsettledAge: metrics.gauge('unsettled_oldest_seconds'),
  quarantined: metrics.gauge('quarantined_instances'),
  letters: metrics.gauge('dead_letters'),
  staged: metrics.gauge('staging_objects'),
  stagedBytes: metrics.gauge('staging_bytes'),
  stagedAge: metrics.gauge('staging_oldest_seconds'),
});
type Gauges = ReturnType<typeof gaugesOf>;

async function tellUnsettled({ tables }: Watched, gauges: Gauges): Promise<void> {
  const { count, oldest } = await tables
    .selectFrom('archival_received')
    .select((row) => [row.fn.countAll<number>().as('count'), row.fn.min('received_at').as('oldest')])
    .where('settled_at', 'is', null)
    .executeTakeFirstOrThrow();
  gauges.unsettled.set(count);
  gauges.unsettledAge.set(ageOf(oldest ?? Date.now()));
}

async function tellQuarantined({ tables }: Watched, { quarantined }: Gauges): Promise<void> {
  const counts = await countUndecided(tables);
  quarantined.clear();
  for (const { code, count } of counts) quarantined.set(count, { code: code ?? 'UNEXPECTED' });
}

async function tellLetters({ bus }: Watched, { letters }: Gauges): Promise<void> {
  for (const group of Object.keys(READERS))
    letters.set((await bus.deadLetters.list(group)).length, { group });
  letters.set((await bus.deadLetters.list('inference')).length, { group: 'inference' });
}

async function tellStaging({ store }: Watched, gauges: Gauges): Promise<void> {
  const kinds = new Map(KINDS.map((kind) => [kind, { count: 0, bytes: 0, oldest: Date.now() }]));
  let listed = 0;
  for await (const { name, sizeBytes, modifiedAt } of store.list('staging/')) {
    if ((listed += 1) > MOST_LISTED) break;
    const found = kinds.get(KIND.exec(name)?.[1] ?? '');
    if (!found) continue;
    found.count += 1;
    found.bytes += sizeBytes;
    found.oldest = Math.min(found.oldest, modifiedAt.getTime());
  }
  for (const [objectKind, { count, bytes, oldest }] of kinds) {
    gauges.staged.set(count, { objectKind });
    gauges.stagedBytes.set(bytes, { objectKind });
    gauges.stagedAge.set(ageOf(oldest), { objectKind });
  }
}

const ageOf = (since: number): number => Math.max(0, Date.now() - since) / 1000;
