import { randomBytes } from 'node:crypto';
import { objectNames } from '@sluice/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Keys, TenantKeys } from '../keys.js';
import type { KeysPlace } from './keys-place.js';
import { memoryShelf, type MemoryShelf } from './memory-shelf.js';

/** A tenant's keyed digests: fixed for good, unambiguous, and only by the keys asked for. */
export function tenantBehaviour(fresh: () => Promise<KeysPlace>): void {
  describe('tenant keys', () => {
    let place: KeysPlace;
    let shelf: MemoryShelf;
    let keys: Keys;
    let digests: TenantKeys;

    beforeAll(async () => {
      place = await fresh();
      shelf = memoryShelf();
      keys = await place.open({ shelf });
      digests = await keys.tenant('t1', ['tenant-identity', 'tenant-content', 'tenant-uid']);
    });
    afterAll(async () => {
      await keys.close();
      await place.remove();
    });

    it('gives the same digests after a restart, and to 32 racers on an empty shelf', async () => {
      const restarted = await place.open({ shelf });
      const again = await restarted.tenant('t1', ['tenant-identity', 'tenant-uid']);
      expect(again.identity('subject', 'issuer', '4711')).toBe(digests.identity('subject', 'issuer', '4711'));
      expect(again.uid('1.2.3')).toEqual(digests.uid('1.2.3'));
      const both = [restarted, await place.open({ shelf })];
      const racing = Array.from({ length: 32 }, (_, at) =>
        (both[at % 2] as Keys).tenant('t3', ['tenant-identity']),
      );
      expect(new Set((await Promise.all(racing)).map((one) => one.identity('study', '1.2'))).size).toBe(1);
      await Promise.all(both.map((one) => one.close()));
    });

    it('keeps domains, parts, tenants and keys apart', () => {
      expect(digests.identity('subject', 'a')).toMatch(/^[0-9a-f]{64}$/);
      const different = [
        digests.identity('subject', 'ab', 'c'),
        digests.identity('subject', 'a', 'bc'),
        digests.identity('subject', 'abc'),
        digests.identity('subject', 'abc', ''),
        digests.identity('study', 'abc'),
        digests.identity('instance', 'abc'),
        digests.uid('abc').toString('hex'),
        digests.content('abc').digest(),
      ];
      expect(new Set(different).size).toBe(different.length);
    });

    it('gives other tenants other digests', async () => {
      const other = await keys.tenant('t2', ['tenant-identity', 'tenant-uid']);
      expect(other.identity('subject', 'a')).not.toBe(digests.identity('subject', 'a'));
      expect(other.uid('1.2.3')).not.toEqual(digests.uid('1.2.3'));
    });

    it('digests content as a stream, by transfer syntax and bytes alone', () => {
      const bytes = randomBytes(100_000);
      const inParts = (size: number, syntax = '1.2.840.10008.1.2.1') => {
        const content = digests.content(syntax);
        for (let at = 0; at < bytes.length; at += size) content.update(bytes.subarray(at, at + size));
        return content.digest();
      };
      expect(inParts(7)).toBe(inParts(100_000));
      expect(inParts(100_000, '1.2.840.10008.1.2')).not.toBe(inParts(100_000));
    });

    it('opens and creates only what was asked for', async () => {
      const one = await keys.tenant('t4', ['tenant-identity']);
      expect(() => one.uid('1.2.3')).toThrow('was not asked for');
      expect(shelf.standing.has(objectNames.tenantSecret('t4', 'tenant-uid'))).toBe(false);
      const uidOnly = await keys.tenant('t4', ['tenant-uid']);
      expect(uidOnly.uid('1.2.3')).toHaveLength(32);
      expect(() => uidOnly.identity('subject', 'a')).toThrow('was not asked for');
    });

    it('digests content under a key that confirms no guess of a person', async () => {
      const contentOnly = await keys.tenant('t1', ['tenant-content']);
      expect(contentOnly.content('1.2').digest()).toBe(digests.content('1.2').digest());
      expect(() => contentOnly.identity('subject', 'a')).toThrow('tenant-identity was not asked for');
      const identityOnly = await keys.tenant('t1', ['tenant-identity']);
      expect(() => identityOnly.content('1.2')).toThrow('tenant-content was not asked for');
    });

    it.each([
      ['tenant-identity', 'staging/t6/raw/i/1'],
      ['tenant-identity', 'secrets/t6/s/archive'],
      ['tenant-content', 'archive/t6/raw/i/1'],
      ['tenant-uid', 'archive/t6/clean/i/1'],
    ] as const)('makes no second %s over what the first one named: %s', async (name, standing) => {
      const lost = memoryShelf();
      lost.standing.set(standing, Buffer.from('sealed'));
      const keysOfLost = await place.open({ shelf: lost });
      await expect(keysOfLost.tenant('t6', [name])).rejects.toMatchObject({
        code: 'CRYPTO_TENANT_KEY_MISSING',
        kind: 'transient',
      });
      expect([...lost.standing.keys()]).toEqual([standing]);
      await expect(keysOfLost.tenant('t7', [name])).resolves.toBeDefined();
      await keysOfLost.close();
    });

    it('makes each key where its work begins, whatever other work left before', async () => {
      const begun = memoryShelf();
      begun.standing.set('staging/t6/raw/i/1', Buffer.from('sealed'));
      const scrubbing = await place.open({ shelf: begun });
      await expect(scrubbing.tenant('t6', ['tenant-uid'])).resolves.toBeDefined();
      await scrubbing.close();
    });

    it('refuses a key that was moved from another tenant', async () => {
      shelf.standing.set(
        objectNames.tenantSecret('t5', 'tenant-uid'),
        shelf.standing.get(objectNames.tenantSecret('t1', 'tenant-uid')) as Buffer,
      );
      await expect(keys.tenant('t5', ['tenant-uid'])).rejects.toMatchObject({ code: 'CRYPTO_OPEN_FAILED' });
    });
  });
}
