import type { LogRecord } from '../log-wire.js';
import { identityOf } from './identity.js';

/** How often each record was in hand when an owner died. */
export type Deaths = ReadonlyMap<string, number>;

/** A record in hand at so many deaths is noted only while it is at work itself; at so many, tried alone; at so many, not at all (law 9). */
export const DEATHS_TO_BE_WATCHED = 1;
export const DEATHS_TO_BE_ALONE = 2;
export const DEATHS_TO_BE_BURIED = 3;

/** True when one has more deaths than `most`. */
export function anyAbove(deaths: Deaths, most: number): boolean {
  return [...deaths.values()].some((count) => count > most);
}

export const deathsOf = (record: LogRecord, deaths: Deaths): number => deaths.get(identityOf(record).id) ?? 0;

/** Keeps the order: each suspect by itself, the others in runs. */
export function runsBySuspicion(records: readonly LogRecord[], deaths: Deaths): LogRecord[][] {
  const runs: LogRecord[][] = [];
  let innocent = false;
  for (const record of records) {
    const suspect = deathsOf(record, deaths) >= DEATHS_TO_BE_WATCHED;
    if (!suspect && innocent) runs.at(-1)!.push(record);
    else runs.push([record]);
    innocent = !suspect;
  }
  return runs;
}
