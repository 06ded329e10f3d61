import { describe } from 'vitest';
import { failureBehaviour } from './testing/failure-behaviour.js';
import { objectBehaviour } from './testing/object-behaviour.js';
import type { StorePlace } from './testing/store-place.js';

export type { StorePlace } from './testing/store-place.js';

/** What every store behind the door must do; run on S3 and on a folder. */
export function storeBehaviour(name: string, fresh: () => Promise<StorePlace>): void {
  describe(name, () => {
    objectBehaviour(fresh);
    failureBehaviour(fresh);
  });
}
