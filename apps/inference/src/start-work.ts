import type { Bus } from '@sluice/bus';
import type { Database } from '@sluice/database';
import { announce, type Host, type Stage } from '@sluice/service';
import { failedAnswers, inferObject, type InferDoors } from './infer-object.js';
import { startCrew } from './jobs/crew.js';
import { type Jobs, openJobs } from './jobs/jobs.js';
import { startRounds } from './rounds.js';
import type { InferenceTables } from './rows/tables.js';
import { inferenceStage } from './stage.js';

export interface WorkOptions {
  /** This process, among all that share the jobs. */
  readonly owner: string;
  readonly slots: number;
  readonly leaseMs: number;
  readonly quietMs: number;
  readonly roundMs: number;
  readonly mostWaiting: number;
}

/** Crew, rounds and stage of one process. */
export interface Work {
  readonly stage: Stage;
  readonly jobs: Jobs;
  stop(): Promise<void>;
}

/** Starts what the rows of this room drive: objects before models, series through the gate, answers to the corridor. */
export function startWork(
  { host, bus, database }: { host: Host; bus: Bus; database: Database },
  doors: InferDoors,
  options: WorkOptions,
): Work {
  const tables = database.tables<InferenceTables>();
  const jobs = openJobs(database, options);
  const onFatal = (error: unknown) => host.fatal(error);
  const crew = startCrew({
    jobs,
    work: (job, how) => inferObject(doors, job, how),
    failed: (_job, code) => failedAnswers(doors.models, code),
    slots: options.slots,
    pollMs: options.roundMs,
    beatMs: options.leaseMs / 3,
    log: host.log,
    onDone: () => rounds.hurry(),
    onFatal,
  });
  const waiting = countNow(jobs, host);
  const rounds = startRounds({
    ...{ tables, bus, quietMs: options.quietMs, everyMs: options.roundMs, log: host.log, onFatal },
    say: sayTo(host, bus),
    onJobs: () => crew.wake(),
    onRound: waiting.look,
  });
  return {
    stage: inferenceStage({ tables, waiting: waiting.count, mostWaiting: options.mostWaiting }),
    jobs,
    stop: async () => {
      await crew.stop();
      await rounds.stop();
    },
  };
}

/** How many jobs wait, as of the last round: a handler does not count rows. */
function countNow(jobs: Jobs, host: Host): { count: () => number; look: () => Promise<void> } {
  let count = 0;
  return {
    count: () => count,
    look: async () => {
      const { urgent, routine } = await jobs.waiting();
      if (count === 0 && urgent + routine > 0)
        host.log.debug('objects wait for models', { count: urgent + routine });
      count = urgent + routine;
    },
  };
}

/** Publishes; before the first word for analytics of a tenant its topics are there. */
function sayTo(host: Host, bus: Bus): Parameters<typeof startRounds>[0]['say'] {
  const known = new Set<string>();
  return async (events) => {
    for (const { type, data } of events) {
      if (type !== 'deid.finding.v1' || known.has(data.tenant)) continue;
      await bus.ensureTopics({ groups: [], tenants: [data.tenant] });
      known.add(data.tenant);
    }
    await announce(host, bus, events);
  };
}
