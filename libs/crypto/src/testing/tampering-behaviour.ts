import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Keys } from '../keys.js';
import { only } from '../message/gather.js';
import type { KeysPlace } from './keys-place.js';
import { memoryShelf } from './memory-shelf.js';
import { bytesOf, outcomeOf } from './streams.js';

const MIB = 1024 * 1024;
const FRAME = 4 + 12 + MIB + 16;

/** What was changed does not open, does not hang, and does not end the process (vitest fails on an uncaught error). */
export function tamperingBehaviour(fresh: () => Promise<KeysPlace>): void {
  describe('tampering', () => {
    let place: KeysPlace;
    let keys: Keys;
    let plain: Buffer;
    /** Three frames: two whole ones and a last one of 100 bytes. */
    let sealed: Buffer;
    let bodyAt: number;
    const sealer = () => keys.staging('t1', 'staging-raw');
    const open = (bytes: Buffer) => outcomeOf(sealer().open(only(bytes)));
    const flipped = (at: number, bit = 1) => {
      const copy = Buffer.from(sealed);
      copy[at] = (copy[at] as number) ^ bit;
      return copy;
    };

    beforeAll(async () => {
      place = await fresh();
      keys = await place.open({ shelf: memoryShelf() });
      plain = randomBytes(2 * MIB + 100);
      sealed = await bytesOf(sealer().seal(only(plain)));
      bodyAt = sealed.length - 2 * FRAME - (8 + 12 + 4 + 100 + 16);
    });
    afterAll(async () => {
      await keys.close();
      await place.remove();
    });

    it('refuses a change of any byte of the header', async () => {
      const outcomes = new Set<string>();
      for (let at = 0; at < bodyAt; at++) outcomes.add(await open(flipped(at).subarray(0, bodyAt + FRAME)));
      expect(await open(sealed)).toBe('opened');
      // A key service may say of a changed wrapped key that it is somebody else's, and so does a changed name of its key.
      outcomes.delete('CRYPTO_KEY_REFUSED');
      outcomes.delete('CRYPTO_KEY_WRONG');
      expect([...outcomes]).toEqual(['CRYPTO_OPEN_FAILED']);
    });

    it.each([
      ['number of the first frame', 3, 1],
      ['number of the first frame, to the end marker', 0, 0xff],
      ['nonce of the first frame', 4, 1],
      ['content of the first frame', 16, 1],
      ['tag of the first frame', FRAME - 1, 1],
      ['number of the second frame', FRAME + 3, 1],
      ['content of the second frame', FRAME + 5000, 128],
      ['tag of the second frame', 2 * FRAME - 16, 1],
      ['end marker', 2 * FRAME, 1],
      ['number of the last frame', 2 * FRAME + 7, 1],
      ['nonce of the last frame', 2 * FRAME + 8, 1],
      ['length of the last frame, shorter', 2 * FRAME + 23, 4],
      ['length of the last frame, longer', 2 * FRAME + 22, 1],
      ['length of the last frame, beyond a frame', 2 * FRAME + 20, 0x80],
      ['content of the last frame', 2 * FRAME + 24, 1],
      ['tag of the last frame', 2 * FRAME + 24 + 100 + 15, 1],
    ])('refuses a change of the %s', async (_what, offset, bit) => {
      expect(await open(flipped(bodyAt + offset, bit))).toBe('CRYPTO_OPEN_FAILED');
    });

    it('refuses what was cut, at a frame and inside one, instead of ending', async () => {
      const cuts = [
        0,
        1,
        40,
        bodyAt - 1,
        bodyAt,
        bodyAt + 2,
        bodyAt + FRAME,
        bodyAt + FRAME + 500,
        bodyAt + 2 * FRAME,
        sealed.length - 16,
        sealed.length - 1,
      ];
      for (const length of cuts)
        expect(await open(sealed.subarray(0, length)), `cut to ${length}`).toBe('CRYPTO_OPEN_FAILED');
    });

    it('refuses bytes behind the end, without reading them all', async () => {
      expect(await open(Buffer.concat([sealed, Buffer.alloc(1)]))).toBe('CRYPTO_OPEN_FAILED');
      expect(await open(Buffer.concat([sealed, sealed]))).toBe('CRYPTO_OPEN_FAILED');
      let asked = 0;
      const endless = async function* () {
        yield sealed;
        for (; ; asked++) yield Buffer.alloc(MIB);
      };
      expect(await outcomeOf(sealer().open(endless()))).toBe('CRYPTO_OPEN_FAILED');
      expect(asked).toBeLessThan(2);
    });

    it('refuses frames that were dropped, swapped or taken from another message', async () => {
      const other = await bytesOf(sealer().seal(only(plain)));
      const [header, first, second, last] = [
        sealed.subarray(0, bodyAt),
        frame(sealed, 0),
        frame(sealed, 1),
        sealed.subarray(bodyAt + 2 * FRAME),
      ];
      for (const parts of [
        [header, second, last],
        [header, first, last],
        [header, last],
        [header, second, first, last],
        [header, first, frame(other, 1), last],
      ]) {
        expect(await open(Buffer.concat(parts))).toBe('CRYPTO_OPEN_FAILED');
      }
      expect(await open(Buffer.concat([header, first, second, last]))).toBe('opened');
    });

    it('releases nothing of a frame before its tag is checked', async () => {
      let released = 0;
      const reading = async () => {
        for await (const chunk of sealer().open(only(flipped(bodyAt + FRAME + 5000)))) {
          expect(chunk.equals(plain.subarray(released, released + chunk.length))).toBe(true);
          released += chunk.length;
        }
      };
      await expect(reading()).rejects.toMatchObject({ code: 'CRYPTO_OPEN_FAILED' });
      expect(released).toBeLessThanOrEqual(MIB);
    });

    it('refuses noise and other formats', async () => {
      for (const size of [1, 100, 5000, 2 * MIB])
        expect(await open(randomBytes(size))).toBe('CRYPTO_OPEN_FAILED');
      for (const byte of [0x00, 0x01, 0x02, 0xff])
        expect(await open(Buffer.alloc(300_000, byte))).toBe('CRYPTO_OPEN_FAILED');
    });

    const frame = (message: Buffer, index: number) =>
      message.subarray(bodyAt + index * FRAME, bodyAt + (index + 1) * FRAME);
  });
}
