import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Keys } from '../keys.js';
import { only } from '../message/gather.js';
import type { KeysPlace } from './keys-place.js';
import { memoryShelf } from './memory-shelf.js';
import { bytesOf, inRandomChunks, outcomeOf } from './streams.js';

const MIB = 1024 * 1024;

/** Seal and open as streams: sizes, contexts, errors of the source, back-pressure. */
export function sealingBehaviour(fresh: () => Promise<KeysPlace>): void {
  describe('sealing', () => {
    let place: KeysPlace;
    let keys: Keys;
    beforeAll(async () => {
      place = await fresh();
      keys = await place.open({ shelf: memoryShelf() });
    });
    afterAll(async () => {
      await keys.close();
      await place.remove();
    });
    const raw = (tenant = 't1') => keys.staging(tenant, 'staging-raw');

    it.each([0, 1, MIB - 1, MIB, MIB + 1, 17 * MIB, 40 * MIB])(
      'gives %i bytes back, whatever the chunks',
      async (size) => {
        const plain = randomBytes(size);
        const sealed = await bytesOf(raw().seal(inRandomChunks(plain)));
        expect(sealed.length).toBeGreaterThan(plain.length);
        expect((await bytesOf(raw().open(inRandomChunks(sealed)))).equals(plain)).toBe(true);
      },
    );

    it('takes chunks of one byte and of many frames', async () => {
      const plain = randomBytes(3000);
      const single = async function* (bytes: Buffer) {
        for (let at = 0; at < bytes.length; at++) yield bytes.subarray(at, at + 1);
      };
      const sealed = await bytesOf(raw().seal(single(plain)));
      expect((await bytesOf(raw().open(single(sealed)))).equals(plain)).toBe(true);
      const large = randomBytes(5 * MIB + 7);
      expect((await bytesOf(raw().open(only(await bytesOf(raw().seal(only(large))))))).equals(large)).toBe(
        true,
      );
    });

    it('shows nothing of the content, and seals the same content differently', async () => {
      const plain = Buffer.from('DOE^JANE '.repeat(500));
      const [one, two] = [await bytesOf(raw().seal(only(plain))), await bytesOf(raw().seal(only(plain)))];
      expect(one.includes('DOE^JANE')).toBe(false);
      expect(one.equals(two)).toBe(false);
    });

    it('refuses what was sealed for another tenant or purpose', async () => {
      const sealed = await bytesOf(raw().seal(only(Buffer.from('x'))));
      expect(await outcomeOf(raw('t2').open(only(sealed)))).toBe('CRYPTO_OPEN_FAILED');
      expect(await outcomeOf(keys.staging('t1', 'staging-clean').open(only(sealed)))).toBe(
        'CRYPTO_OPEN_FAILED',
      );
      expect(await outcomeOf(raw().open(only(sealed)))).toBe('opened');
    });

    it('passes an error of the source unchanged, sealing and opening', async () => {
      const broken = new Error('the sender went away');
      const cut = async function* (bytes: Buffer) {
        yield bytes;
        throw broken;
      };
      const sealed = await bytesOf(raw().seal(only(randomBytes(2 * MIB))));
      await expect(bytesOf(raw().seal(cut(randomBytes(2 * MIB))))).rejects.toBe(broken);
      await expect(bytesOf(raw().open(cut(sealed.subarray(0, MIB))))).rejects.toBe(broken);
    });

    it('asks the source for no more than the reader takes, and lets it go when the reader leaves', async () => {
      const sealed = await bytesOf(raw().seal(only(randomBytes(20 * MIB))));
      for (const through of [
        (source: AsyncIterable<Buffer>) => raw().seal(source),
        (source: AsyncIterable<Buffer>) => raw().open(source),
      ]) {
        const source = watched(sealed);
        let taken = 0;
        for await (const chunk of through(source.chunks())) {
          taken += chunk.length;
          await new Promise((resolve) => setTimeout(resolve, 5));
          if (taken > 3 * MIB) break;
        }
        expect(source.givenBytes()).toBeLessThan(8 * MIB);
        expect(source.released()).toBe(true);
      }
    });

    it('answers a probe', async () => {
      await expect(keys.probe()).resolves.toBeUndefined();
    });
  });
}

function watched(bytes: Buffer) {
  let given = 0;
  let released = false;
  async function* chunks() {
    try {
      for (; given < bytes.length; given += 65_536) yield bytes.subarray(given, given + 65_536);
    } finally {
      released = true;
    }
  }
  return { chunks, givenBytes: () => given, released: () => released };
}
