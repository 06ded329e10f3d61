import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isSluiceError, lacking, objectNames } from '@sluice/contracts';
import type { Store } from '../store.js';

/** A store that is silent must not hold up a start. */
const LIMIT_MS = 10_000;

/**
 * Races `racers` puts for one name: exactly one may win, and its bytes must be what stands there (law 5). Leaves nothing behind.
 * @throws SluiceError STORE_ABILITY_MISSING, STORE_UNAVAILABLE, STORE_REFUSED
 */
export async function raceForName(store: Store, run: string, racers: number): Promise<void> {
  const name = objectNames.probe(run, 'race');
  try {
    const bodies = Array.from({ length: racers }, (_, racer) => Buffer.from(`racer ${racer}`));
    const puts = await Promise.all(bodies.map((body) => store.put(name, body)));
    const won = puts.filter((put) => put.created);
    if (won.length !== 1) lacking('STORE_ABILITY_MISSING', `${won.length} of ${racers} racers won one name`);
    const standing = await store.describe(name);
    if (standing?.digest !== won[0]?.ref.digest)
      lacking('STORE_ABILITY_MISSING', 'a name holds other bytes than its winner put there');
  } finally {
    await store.delete(name).catch(() => undefined);
  }
}

/**
 * The light probe of each service's start: a store that overwrites must not be written to. A store that does not answer is left
 * to readiness. @throws SluiceError STORE_ABILITY_MISSING
 */
export async function proveStore(store: Store): Promise<void> {
  try {
    await Promise.race([raceForName(store, randomUUID(), 2), sleep(LIMIT_MS, undefined, { ref: false })]);
  } catch (error) {
    if (!isSluiceError(error) || error.kind !== 'transient') throw error;
  }
}
