import { join } from 'node:path';

/** Embedded doors in a folder, as `sluice` reads them from its environment. */
export function doorsIn(folder: string): Record<string, string> {
  return {
    BUS_URL: `embedded:${join(folder, 'bus')}`,
    STORE_URL: `file:${join(folder, 'store')}`,
    KEYS_URL: `local:${join(folder, 'keys')}`,
    DATABASE_URL: `sqlite:${join(folder, 'sluice.db')}`,
  };
}
