import type { Bus } from '@sluice/bus';
import { isSluiceError, SluiceError } from '@sluice/contracts';
import { announce, type Host } from '@sluice/service';
import { announceAgain, noteAnnounced } from './announce-again.js';
import type { ArchivalSettings } from '../config.js';
import { deleteOrphans } from './delete-orphans.js';
import type { ArchivalDoors } from '../doors.js';
import { hasRowOfEverything } from './downstream.js';
import { leaseOf } from './lease.js';
import { noteManifest, passOver, writeManifest } from './manifest.js';
import { deleteLists } from '../rows/note-batch.js';
import { touchStudy } from '../rows/studies.js';
import type { StudyRow } from '../rows/tables.js';
import { watchWaiting } from './watch-waiting.js';
import { quietStudies } from './quiet-studies.js';

export interface SweepDoors extends ArchivalDoors {
  readonly bus: Bus;
  readonly host: Host;
}

/** One sweep: ask `mayGoOn` before each piece of work; it is false when the process stops or another one sweeps. */
interface Round {
  readonly doors: SweepDoors;
  readonly settings: ArchivalSettings;
  mayGoOn(): Promise<boolean>;
  readonly waiting: ReturnType<typeof watchWaiting>;
}

const STEPS = [announceUnsettled, writeManifests, deleteOldLists, sweepOrphans, tellWhatWaits];

/**
 * What no event starts: repeated announcements, manifests of quiet studies, orphans in staging, numbers of what waits. Every archival process ticks, one of
 * them sweeps at a time. A tick that finds a sweep running leaves it alone; a step that fails is logged, the others go on, and the
 * next tick tries again.
 */
export function startSweep(doors: SweepDoors, settings: ArchivalSettings): { stop(): Promise<void> } {
  const lengthMs = Math.max(30_000, settings.ARCHIVAL_SWEEP_MS * 3);
  const lease = leaseOf(doors.tables, { name: 'sweep', lengthMs });
  let stopped = false;
  let running: Promise<void> | undefined;
  const waiting = watchWaiting({ ...doors, metrics: doors.host.metrics }, settings.ARCHIVAL_WATCH_MS);
  const round = { doors, settings, waiting, mayGoOn: async () => !stopped && (await lease.hold()) };
  const tick = () => {
    running ??= sweep(round)
      .catch((error: unknown) => report(doors.host, error))
      .finally(() => (running = undefined));
  };
  const timer = setInterval(tick, settings.ARCHIVAL_SWEEP_MS);
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
      await lease.leave().catch((error: unknown) => doors.host.log.error('the sweep keeps its lease', error));
    },
  };
}

async function sweep(round: Round): Promise<void> {
  for (const step of STEPS) {
    if (!(await round.mayGoOn())) return;
    await step(round).catch((error: unknown) => report(round.doors.host, error));
  }
}

function report(host: Host, error: unknown): void {
  if (isSluiceError(error) && error.kind === 'fatal') host.fatal(error);
  else host.log.error('sweep failed', error);
}

async function announceUnsettled({ doors, settings }: Round): Promise<void> {
  const again = await announceAgain(doors, {
    afterMs: settings.ARCHIVAL_ANNOUNCE_MS,
    most: settings.ARCHIVAL_ANNOUNCEMENTS,
  });
  if (again.length === 0) return;
  await announce(doors.host, doors.bus, again);
  await noteAnnounced(doors, again);
}

async function writeManifests({ doors, settings, mayGoOn }: Round): Promise<void> {
  const policy = { quietMs: settings.ARCHIVAL_QUIET_MS, overdueMs: settings.ARCHIVAL_OVERDUE_MS };
  for (const study of await quietStudies(doors, policy)) {
    if (!(await mayGoOn())) return;
    await announceManifest(doors, study).catch((error: unknown) => putOff(doors, study, error));
  }
}

async function announceManifest(doors: SweepDoors, study: StudyRow): Promise<void> {
  const event = await writeManifest(doors, study);
  await announce(doors.host, doors.bus, [event]);
  await noteManifest(doors, event, study.changed_at);
}

/**
 * A study that cannot have its manifest is to be quiet once more, behind the others. One whose subject has no secret (erased, or nothing
 * archived yet) waits for none: an erased person gets no new secret for it. @throws what is no fault of the study's
 */
async function putOff({ host, tables }: SweepDoors, study: StudyRow, error: unknown): Promise<void> {
  if (isSluiceError(error) && error.kind !== 'permanent') throw error;
  const { tenant, study_key: studyKey, subject_key: subjectKey } = study;
  if (isSluiceError(error) && error.code === 'CRYPTO_SECRET_MISSING') {
    host.log.error('a study gets no manifest', error, { studyKey });
    return passOver({ tables }, study);
  }
  host.log.error('a study has no manifest yet', error, { studyKey });
  await touchStudy(tables, { tenant, studyKey, subjectKey });
}

async function deleteOldLists({ doors, settings }: Round): Promise<void> {
  await deleteLists(doors, Date.now() - settings.ARCHIVAL_ORPHAN_MS);
}

/** Once per interval, whichever process it is: a lease that nobody renews. All of staging is listed for it. */
async function sweepOrphans({ doors, settings, mayGoOn }: Round): Promise<void> {
  const interval = { name: 'orphans', lengthMs: settings.ARCHIVAL_ORPHAN_SWEEP_MS };
  if (!(await leaseOf(doors.tables, interval).hold())) return;
  const readUpTo = Date.now();
  if (!(await hasRowOfEverything(doors.bus))) return;
  let lost = 0;
  const onLost = (names: readonly string[]) => void (lost += names.length);
  const policy = { olderThanMs: settings.ARCHIVAL_ORPHAN_MS, readUpTo, mayGoOn, onLost };
  const count = await deleteOrphans(doors, policy);
  if (lost > 0)
    doors.host.log.error('staged objects are kept', new SluiceError('ARCHIVAL_COPY_LOST'), { count: lost });
  if (count > 0) doors.host.log.warn('staged objects that no event names were deleted', { count });
}

async function tellWhatWaits({ waiting }: Round): Promise<void> {
  await waiting.look();
}
