import type { SluiceEvent } from '@sluice/contracts';
import { sql } from '@sluice/database';
import type { ArchivalDoors } from '../doors.js';

/** How often, and how many times, an unsettled delivery is announced again. */
export interface AnnouncePolicy {
  /** Doubles with each announcement. */
  readonly afterMs: number;
  readonly most: number;
}

const BATCH = 200;
/** 64 bits wide: a day that doubled a few times is more milliseconds than PostgreSQL's integer holds. */
const DOUBLED = sql<number>`(cast(1 as bigint) << (announcements - 1))`;

/**
 * The received events that stay unsettled, to be published again under their own ids: every stage may run twice, so this only
 * moves on what was lost. Past `most` an operator is needed (dead letters say why).
 */
export async function announceAgain(
  doors: Pick<ArchivalDoors, 'tables'>,
  policy: AnnouncePolicy,
): Promise<SluiceEvent[]> {
  const waiting = await doors.tables
    .selectFrom('archival_received')
    .select('event')
    .where('settled_at', 'is', null)
    .where('announcements', '<=', policy.most)
    .where(sql<boolean>`announced_at + ${policy.afterMs} * ${DOUBLED} < ${Date.now()}`)
    .orderBy('announced_at')
    .limit(BATCH)
    .execute();
  return waiting.map((row) => JSON.parse(row.event) as SluiceEvent);
}

/** Notes that these deliveries were announced again; call it after they are published. */
export async function noteAnnounced(
  doors: Pick<ArchivalDoors, 'tables'>,
  events: readonly SluiceEvent[],
): Promise<void> {
  const attempts = events.flatMap((event) =>
    event.type === 'instance.received.v1' ? [event.data.attempt] : [],
  );
  if (attempts.length === 0) return;
  await doors.tables
    .updateTable('archival_received')
    .set((row) => ({ announced_at: Date.now(), announcements: row('announcements', '+', 1) }))
    .where('attempt', 'in', attempts)
    .execute();
}
