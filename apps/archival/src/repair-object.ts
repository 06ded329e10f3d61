import { type ErrorCode, type EventData, isSluiceError } from '@sluice/contracts';
import { type NextEvent } from '@sluice/service';
import type { ArchivalDoors } from './doors.js';

type Sealed = EventData<'object.sealed.v1'>;
type Received = NextEvent<'instance.received.v1'>;

type Doors = Pick<ArchivalDoors, 'store' | 'tables'>;

/** An object that does not verify after so many repairs will not verify after the next one. */
const MOST_REPAIRS = 2;
/** What lies under the name is not what was sealed. */
const DAMAGED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'STORE_OBJECT_MISSING',
  'STORE_DIGEST_MISMATCH',
  'CRYPTO_OPEN_FAILED',
  'ARCHIVAL_VERIFY_FAILED',
]);

/**
 * Frees the name of an object that was never indexed and does not verify, and says its delivery again, so that it is sealed anew
 * from its staged copy. @throws what verifying threw, when that is no damage, the staged copy is not whole, archival does not know
 * the delivery, or it was repaired twice: a dead letter then tells an operator
 */
export async function repairObject(doors: Doors, sealed: Sealed, error: unknown): Promise<Received> {
  if (!isSluiceError(error) || !DAMAGED.has(error.code)) throw error;
  const delivery = await doors.tables
    .selectFrom('archival_received')
    .select('event')
    .where('attempt', '=', sealed.attempt)
    .executeTakeFirst();
  if (!delivery || !(await isWhole(doors, sealed))) throw error;
  if ((await countRepair(doors, sealed.archived.name)) > MOST_REPAIRS) throw error;
  await doors.store.delete(sealed.archived.name);
  return { ...(JSON.parse(delivery.event) as Received), source: 'archival' };
}

async function isWhole({ store }: Doors, { staged }: Sealed): Promise<boolean> {
  return (await store.describe(staged.name))?.digest === staged.digest;
}

async function countRepair({ tables }: Doors, name: string): Promise<number> {
  const now = { name, repairs: 1, at: Date.now() };
  const { repairs } = await tables
    .insertInto('archival_repairs')
    .values(now)
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet((row) => ({ repairs: row('archival_repairs.repairs', '+', 1), at: now.at })),
    )
    .returning('repairs')
    .executeTakeFirstOrThrow();
  return repairs;
}
