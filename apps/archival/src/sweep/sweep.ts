import { randomUUID } from 'node:crypto';
import type { Bus } from '@sluice/bus';
import { announce, type Host } from '@sluice/service';
import { announceAgain, noteAnnounced } from './announce-again.js';
import type { ArchivalSettings } from '../config.js';
import { deleteOrphans } from './delete-orphans.js';
import type { ArchivalDoors } from '../doors.js';
import { noteManifest, writeManifest } from './manifest.js';
import { deleteLists } from '../rows/note-batch.js';
import { quietStudies } from './quiet-studies.js';

export interface SweepDoors extends ArchivalDoors {
  readonly bus: Bus;
  readonly host: Host;
}

/**
 * What no event starts: manifests of quiet studies, repeated announcements, orphans in staging. Every archival process ticks; a
 * lease row lets one of them sweep at a time; a stop gives it back, a death lets it run out. A failed sweep is logged and tried
 * again at the next tick.
 */
export function startSweep(doors: SweepDoors, settings: ArchivalSettings): { stop(): Promise<void> } {
  const owner = randomUUID();
  let running = Promise.resolve();
  const tick = () => {
    running = running
      .then(() => sweep(doors, settings, owner))
      .catch((error: unknown) => doors.host.log.error('sweep failed', error));
  };
  const timer = setInterval(tick, settings.ARCHIVAL_SWEEP_MS);
  return {
    async stop() {
      clearInterval(timer);
      await running;
      await leave(doors, owner).catch((error: unknown) =>
        doors.host.log.error('the sweep keeps its lease', error),
      );
    },
  };
}

async function sweep(doors: SweepDoors, settings: ArchivalSettings, owner: string): Promise<void> {
  if (!(await takeLease(doors, owner, Math.max(30_000, settings.ARCHIVAL_SWEEP_MS * 3)))) return;
  await writeManifests(doors, settings);
  const again = await announceAgain(doors, {
    afterMs: settings.ARCHIVAL_ANNOUNCE_MS,
    most: settings.ARCHIVAL_ANNOUNCEMENTS,
  });
  if (again.length > 0) {
    await announce(doors.host, doors.bus, again);
    await noteAnnounced(doors, again);
  }
  await deleteLists(doors, Date.now() - settings.ARCHIVAL_ORPHAN_MS);
  await sweepOrphans(doors, settings);
}

async function writeManifests(doors: SweepDoors, settings: ArchivalSettings): Promise<void> {
  const policy = { quietMs: settings.ARCHIVAL_QUIET_MS, overdueMs: settings.ARCHIVAL_OVERDUE_MS };
  for (const study of await quietStudies(doors, policy)) {
    const event = await writeManifest(doors, study);
    await announce(doors.host, doors.bus, [event]);
    await noteManifest(doors, event, study.changed_at);
  }
}

/** Only when archival has read everything that was received: then a staged object without a row was never acknowledged. */
async function sweepOrphans(doors: SweepDoors, settings: ArchivalSettings): Promise<void> {
  const readUpTo = Date.now();
  const lag = await doors.bus.lag('archival');
  if ((lag['instance.received'] ?? 1) > 0) return;
  const count = await deleteOrphans(doors, { olderThanMs: settings.ARCHIVAL_ORPHAN_MS, readUpTo });
  if (count > 0) doors.host.log.warn('staged objects that no event names were deleted', { count });
}

async function takeLease(doors: ArchivalDoors, owner: string, lengthMs: number): Promise<boolean> {
  const now = Date.now();
  const taken = await doors.tables
    .insertInto('archival_leases')
    .values({ name: 'sweep', owner, until_at: now + lengthMs })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({ owner, until_at: now + lengthMs })
        .where((row) =>
          row.or([row('archival_leases.owner', '=', owner), row('archival_leases.until_at', '<', now)]),
        ),
    )
    .executeTakeFirst();
  return Number(taken.numInsertedOrUpdatedRows ?? 0) > 0;
}

async function leave(doors: ArchivalDoors, owner: string): Promise<void> {
  await doors.tables.deleteFrom('archival_leases').where('owner', '=', owner).execute();
}
