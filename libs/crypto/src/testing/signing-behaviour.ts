import { createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPublicKey } from '../release/public-key.js';
import type { Keys } from '../keys.js';
import type { KeysPlace } from './keys-place.js';
import { memoryShelf } from './memory-shelf.js';

/** What is signed is checked by anyone with the public key, and by nothing else of ours. */
export function signingBehaviour(fresh: () => Promise<KeysPlace>): void {
  describe('signing', () => {
    let place: KeysPlace;
    let keys: Keys;
    const message = Buffer.from('a study, without the person');
    beforeAll(async () => {
      place = await fresh();
      keys = await place.open({ shelf: memoryShelf() });
    });
    afterAll(async () => {
      await keys.close();
      await place.remove();
    });

    it('is checked by the public key, in PEM or DER, with plain node:crypto', async () => {
      const [signature, key] = [await keys.signRelease(message), await keys.releaseKey()];
      const plain = createPublicKey(key.pem);
      expect(plain.asymmetricKeyDetails).toMatchObject({ namedCurve: 'prime256v1' });
      expect(verify('sha256', message, plain, signature)).toBe(true);
      expect(key.verifies(message, signature)).toBe(true);
      expect(readPublicKey(key.pem).id).toBe(key.id);
      expect(readPublicKey(plain.export({ type: 'spki', format: 'der' })).id).toBe(key.id);
    });

    it('takes the longest message', async () => {
      const key = await keys.releaseKey();
      const longest = Buffer.alloc(4_096, 7);
      expect(key.verifies(longest, await keys.signRelease(longest))).toBe(true);
    });

    it('holds for its message alone', async () => {
      const [signature, key] = [await keys.signRelease(message), await keys.releaseKey()];
      expect(key.verifies(Buffer.concat([message, Buffer.from('.')]), signature)).toBe(false);
      for (let at = 0; at < signature.length; at += 1) {
        const changed = Buffer.from(signature);
        changed[at]! ^= 1;
        expect(key.verifies(message, changed), `byte ${at}`).toBe(false);
      }
      for (const odd of [Buffer.alloc(0), Buffer.alloc(64), Buffer.alloc(10_000, 0x30)])
        expect(key.verifies(message, odd)).toBe(false);
    });

    it('is the same key after a restart, another one in another place', async () => {
      const key = await keys.releaseKey();
      const restarted = await place.open({ shelf: memoryShelf() });
      expect((await restarted.releaseKey()).pem).toBe(key.pem);
      expect(key.verifies(message, await restarted.signRelease(message))).toBe(true);
      const elsewhere = await fresh();
      const other = await elsewhere.open({ shelf: memoryShelf() });
      expect((await other.releaseKey()).id).not.toBe(key.id);
      expect(key.verifies(message, await other.signRelease(message))).toBe(false);
      await Promise.all([restarted.close(), other.close()]);
      await elsewhere.remove();
    });
  });
}
