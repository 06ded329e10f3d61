import type { InHandJournal } from '../bus.js';
import type { Batch, LogRecord } from '../log-wire.js';
import { processAisle } from './aisle.js';
import { persist, rest } from './back-off.js';
import type { Crew } from './crew.js';
import { identityOf } from './identity.js';
import { Ledger } from './ledger.js';
import { startPulse } from './pulse.js';
import { bury, untilDue, workRecord } from './work-record.js';

/** So many records are noted in the journal and worked at a time. */
const WINDOW = 256;
/** A record in hand at so many deaths is tried alone; at so many, not at all (law 9). */
const DEATHS_TO_BE_ALONE = 2;
const DEATHS_TO_BE_BURIED = 3;
/** No new try is begun after this long alone. */
const ALONE_LIMIT_MS = 10_000;

/**
 * Works a batch: keys side by side, each key in order. Returns early, with a contiguous commit, when asked to stop.
 * @throws what the last commit threw
 */
export async function workBatch(crew: Crew, batch: Batch): Promise<void> {
  if (crew.stopped.aborted) {
    await rest(50, new AbortController().signal);
    return;
  }
  const stopPulse = startPulse(crew.options.journal);
  const ledger = new Ledger(batch);
  const job: Job = { crew, ledger, stop: AbortSignal.any([crew.stopped, batch.lost]) };
  try {
    for (let left = ledger.rest(); left.length > 0 && !job.stop.aborted; left = ledger.rest()) {
      await workWindow(job, left.slice(0, WINDOW));
      await ledger.commit().catch(() => undefined);
    }
  } finally {
    stopPulse();
  }
  await ledger.commit();
}

interface Job {
  readonly crew: Crew;
  readonly ledger: Ledger;
  readonly stop: AbortSignal;
}

async function workWindow(job: Job, window: readonly LogRecord[]): Promise<void> {
  const { journal } = job.crew.options;
  if (!journal) return workLanes(job, window, job.stop);
  const deaths = await workTogether(job, journal, window);
  if (!deaths) return;
  for (const run of runsBySuspicion(window, deaths)) {
    const count = deaths.get(identityOf(run[0]!).id) ?? 0;
    if (count >= DEATHS_TO_BE_BURIED) await buryKiller(job, run[0]!);
    else if (count >= DEATHS_TO_BE_ALONE) await workAlone(job, journal, run[0]!);
    else await workTogether(job, journal, run);
    // Where something is left, what follows it must wait for it: the window is begun anew.
    if (!run.every((record) => job.ledger.has(record))) return;
  }
}

/** Waits until the record is due before it asks everybody out, and lets them in again when it takes long. */
async function workAlone(job: Job, journal: InHandJournal, record: LogRecord): Promise<void> {
  if (!(await untilDue(job.crew, record, job.stop))) return;
  await processAisle.alone(() => {
    const leave = AbortSignal.any([job.stop, AbortSignal.timeout(ALONE_LIMIT_MS)]);
    return noted(job, { journal, records: [record] }, () => workLanes(job, [record], leave));
  });
}

/** Works the records beside those of other batches; or, where one of them is suspect, puts all down again and returns the counts. */
function workTogether(
  job: Job,
  journal: InHandJournal,
  records: readonly LogRecord[],
): Promise<ReadonlyMap<string, number> | undefined> {
  return processAisle.together(async (leave) => {
    let suspects: ReadonlyMap<string, number> | undefined;
    await noted(job, { journal, records }, async (deaths) => {
      if ([...deaths.values()].some((count) => count >= DEATHS_TO_BE_ALONE)) suspects = deaths;
      else await workLanes(job, records, AbortSignal.any([job.stop, leave]));
    });
    return suspects;
  });
}

interface Noting {
  readonly journal: InHandJournal;
  readonly records: readonly LogRecord[];
}

type Work = (deaths: ReadonlyMap<string, number>) => Promise<void>;

/** Notes the records before the work, and puts them down after it: settled or not. */
async function noted(job: Job, { journal, records }: Noting, work: Work): Promise<void> {
  const ids = records.map(idOf);
  let deaths: ReadonlyMap<string, number> = new Map();
  const options = { firstMs: job.crew.backoffMs, signal: job.stop };
  const take = async () => {
    deaths = await journal.take(ids);
  };
  if (!(await persist(take, options))) return;
  await work(deaths);
  const left = new Set(records.filter((record) => !job.ledger.has(record)).map(idOf));
  const passed = records.filter((record) => !left.has(idOf(record)));
  const put = async () => {
    await journal.settle(passed.flatMap((record) => identityOf(record).forgives));
    await journal.release([...left]);
  };
  await persist(put, { ...options, signal: AbortSignal.timeout(10_000) });
}

/** Its deaths stay in the journal: whatever brings the same content again is buried at once. */
async function buryKiller(job: Job, record: LogRecord): Promise<void> {
  const since = performance.now();
  const end = await bury(job.crew, record, {
    code: 'BUS_RECORD_KILLS',
    attempts: DEATHS_TO_BE_BURIED,
    since,
    leave: job.stop,
  });
  if (end === 'settled') job.ledger.settle(record);
}

async function workLanes(job: Job, records: readonly LogRecord[], leave: AbortSignal): Promise<void> {
  const lanes = Map.groupBy(records, (record) => record.key || identityOf(record).id);
  await Promise.all([...lanes.values()].map((lane) => workLane(job, lane, leave)));
}

async function workLane(job: Job, lane: readonly LogRecord[], leave: AbortSignal): Promise<void> {
  for (const record of lane) {
    if (leave.aborted || (await workRecord(job.crew, record, leave)) === 'left') return;
    job.ledger.settle(record);
  }
}

/** Keeps the order: each suspect by itself, the others in runs. */
function runsBySuspicion(records: readonly LogRecord[], deaths: ReadonlyMap<string, number>): LogRecord[][] {
  const runs: LogRecord[][] = [];
  let innocent = false;
  for (const record of records) {
    const suspect = (deaths.get(identityOf(record).id) ?? 0) >= DEATHS_TO_BE_ALONE;
    if (!suspect && innocent) runs.at(-1)!.push(record);
    else runs.push([record]);
    innocent = !suspect;
  }
  return runs;
}

const idOf = (record: LogRecord): string => identityOf(record).id;
