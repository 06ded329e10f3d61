import { describe } from 'vitest';
import type { KeysPlace } from './testing/keys-place.js';
import { sealingBehaviour } from './testing/sealing-behaviour.js';
import { signingBehaviour } from './testing/signing-behaviour.js';
import { subjectBehaviour } from './testing/subject-behaviour.js';
import { tamperingBehaviour } from './testing/tampering-behaviour.js';
import { tenantBehaviour } from './testing/tenant-behaviour.js';

export { memoryShelf, type MemoryShelf } from './testing/memory-shelf.js';
export type { KeysPlace } from './testing/keys-place.js';

/** What every key service behind the door must do; run on KMS and on a master key file. */
export function keysBehaviour(name: string, fresh: () => Promise<KeysPlace>): void {
  describe(name, () => {
    sealingBehaviour(fresh);
    tamperingBehaviour(fresh);
    subjectBehaviour(fresh);
    tenantBehaviour(fresh);
    signingBehaviour(fresh);
  });
}
