import type { InHandJournal, TakeTerms } from '../bus.js';
import type { Batch, LogRecord } from '../log-wire.js';
import { processAisle } from './aisle.js';
import { persist, rest } from './back-off.js';
import type { Crew } from './crew.js';
import { identityOf } from './identity.js';
import { Ledger } from './ledger.js';
import { startPulse } from './pulse.js';
import {
  anyAbove,
  DEATHS_TO_BE_ALONE,
  DEATHS_TO_BE_BURIED,
  DEATHS_TO_BE_WATCHED,
  deathsOf,
  runsBySuspicion,
  type Deaths,
} from './suspicion.js';
import { bury, untilDue, workRecord } from './work-record.js';

/** So many records are noted in the journal and worked at a time. */
const WINDOW = 256;
/** No new try is begun after this long alone, or in one of the few hands that watched records have. */
const HOLD_LIMIT_MS = 10_000;

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
  const deaths = await workTogether(job, { journal, records: window, mostDeaths: 0 });
  if (!deaths) return;
  for (const run of runsBySuspicion(window, deaths)) {
    const [first] = run as [LogRecord];
    const count = deathsOf(first, deaths);
    if (count >= DEATHS_TO_BE_BURIED) await buryKiller(job, first);
    else if (count >= DEATHS_TO_BE_ALONE) await workAlone(job, journal, first);
    else if (count >= DEATHS_TO_BE_WATCHED) await workWatched(job, journal, first);
    else await workTogether(job, { journal, records: run, mostDeaths: 0 });
    // Where something is left, what follows it must wait for it: the window is begun anew.
    if (!run.every((record) => job.ledger.has(record))) return;
  }
}

/** Waits until the record is due before it asks everybody out, and lets them in again when it takes long. */
async function workAlone(job: Job, journal: InHandJournal, record: LogRecord): Promise<void> {
  if (!(await untilDue(job.crew, record, job.stop))) return;
  await processAisle.alone(async () => {
    const leave = AbortSignal.any([job.stop, AbortSignal.timeout(HOLD_LIMIT_MS)]);
    await noted(job, { journal, records: [record], alone: true }, () => workLanes(job, [record], leave));
  });
}

/** No more are noted than can be at work, so that the next death is a death of few. */
async function workWatched(job: Job, journal: InHandJournal, record: LogRecord): Promise<void> {
  if (!(await untilDue(job.crew, record, job.stop))) return;
  await job.crew.watched.run(async () => {
    const stop = AbortSignal.any([job.stop, AbortSignal.timeout(HOLD_LIMIT_MS)]);
    const noting = { journal, records: [record], mostDeaths: DEATHS_TO_BE_WATCHED };
    if (!job.stop.aborted) await workTogether({ ...job, stop }, noting);
  });
}

/** Works the records beside those of other batches; or returns what speaks against it. */
function workTogether(job: Job, noting: Noting): Promise<Deaths | undefined> {
  return processAisle.together((leave) =>
    noted(job, noting, () => workLanes(job, noting.records, AbortSignal.any([job.stop, leave]))),
  );
}

interface Noting extends TakeTerms {
  readonly journal: InHandJournal;
  readonly records: readonly LogRecord[];
}

/** Notes the records before the work, and puts them down after it: settled or not. Returns the deaths where they forbid it. */
async function noted(job: Job, noting: Noting, work: () => Promise<void>): Promise<Deaths | undefined> {
  const { journal, records, mostDeaths = Infinity, alone = false } = noting;
  let deaths: Deaths = new Map();
  const options = { firstMs: job.crew.backoffMs, signal: job.stop };
  const take = async () => {
    deaths = await journal.take(records.map(idOf), { mostDeaths, alone });
  };
  if (!(await persist(take, options))) return undefined;
  if (anyAbove(deaths, mostDeaths)) return deaths;
  await work();
  await persist(() => putDown(job, noting), { ...options, signal: AbortSignal.timeout(10_000) });
  return undefined;
}

async function putDown({ ledger }: Job, { journal, records }: Noting): Promise<void> {
  const left = new Set(records.filter((record) => !ledger.has(record)).map(idOf));
  const passed = records.filter((record) => !left.has(idOf(record)));
  await journal.settle(passed.flatMap((record) => identityOf(record).forgives));
  await journal.release([...left]);
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

const idOf = (record: LogRecord): string => identityOf(record).id;
