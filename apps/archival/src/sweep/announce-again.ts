import type { Bus } from '@sluice/bus';
import type { SluiceEvent } from '@sluice/contracts';
import { sql } from '@sluice/database';
import type { ArchivalDoors } from '../doors.js';
import { behind, openHolds } from './downstream.js';

type Received = SluiceEvent<'instance.received.v1'>;

/** How often, and how many times, an unsettled delivery is announced again. */
export interface AnnouncePolicy {
  /** Doubles with each announcement. */
  readonly afterMs: number;
  readonly most: number;
}

/** So many at a time; and none while as many records are behind (a busy corridor is never quite empty). */
const BATCH = 200;
/** 64 bits wide: a day that doubled a few times is more milliseconds than PostgreSQL's integer holds. */
const DOUBLED = sql<number>`(cast(1 as bigint) << (announcements - 1))`;

/**
 * The received events that stay unsettled, as archival says them again under their own ids: every stage may run twice, so this only
 * moves on what was lost. Not what is still on its way, nor what an open dead letter holds back: that is looked at again after
 * its wait. Past `most` an operator is needed (dead letters say why).
 */
export async function announceAgain(
  doors: Pick<ArchivalDoors, 'tables'> & { bus: Pick<Bus, 'lag' | 'deadLetters'> },
  policy: AnnouncePolicy,
): Promise<Received[]> {
  const waiting = await unsettled(doors, policy);
  if (waiting.length === 0 || (await behind(doors.bus)) >= BATCH) return [];
  const isHeld = await openHolds(doors.bus);
  const { held = [], lost = [] } = Object.groupBy(waiting, (event) => (isHeld(event) ? 'held' : 'lost'));
  await noteAnnounced(doors, held, 0);
  return lost.map((event) => ({ ...event, source: 'archival' }));
}

async function unsettled(doors: Pick<ArchivalDoors, 'tables'>, policy: AnnouncePolicy): Promise<Received[]> {
  const waiting = await doors.tables
    .selectFrom('archival_received')
    .select('event')
    .where('settled_at', 'is', null)
    .where('announcements', '<=', policy.most)
    .where(sql<boolean>`announced_at + ${policy.afterMs} * ${DOUBLED} < ${Date.now()}`)
    .orderBy('announced_at')
    .limit(BATCH)
    .execute();
  return waiting.map((row) => JSON.parse(row.event) as Received);
}

/** Begins the wait of these deliveries anew; call it after they are published. `times` 0: they were not. */
export async function noteAnnounced(
  doors: Pick<ArchivalDoors, 'tables'>,
  events: readonly Received[],
  times = 1,
): Promise<void> {
  if (events.length === 0) return;
  const attempts = events.map((event) => event.data.attempt);
  await doors.tables
    .updateTable('archival_received')
    .set((row) => ({ announced_at: Date.now(), announcements: row('announcements', '+', times) }))
    .where('attempt', 'in', attempts)
    .execute();
}
