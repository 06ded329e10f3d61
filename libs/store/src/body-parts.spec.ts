import { createHash, randomBytes, randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import { partsOf } from './body-parts.js';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function* inChunks(bytes: Buffer, most: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length;) {
    const end = at + randomInt(1, most);
    yield bytes.subarray(at, end);
    at = end;
  }
}

/** Copies what it is given at once, as the blocks are used again. */
async function gather(
  body: AsyncIterable<Uint8Array> | Uint8Array,
  partBytes: number,
): Promise<{ parts: Buffer[]; digest: string }> {
  const whole = createHash('sha256');
  const parts: Buffer[] = [];
  for await (const part of partsOf(body, partBytes, whole)) parts.push(Buffer.concat(part.blocks));
  return { parts, digest: whole.digest('hex') };
}

it.each([0, 1, 1_000_000, 2_000_000, 3_333_333])(
  'cuts %i bytes into full parts and a rest, whatever the chunks, and mixes no two bodies',
  async (sizeBytes) => {
    const bodies = [7_000, 100_000, 3_000_000].map((most) => ({ bytes: randomBytes(sizeBytes), most }));
    const cut = await Promise.all(
      [...bodies, ...bodies].map(({ bytes, most }) => gather(inChunks(bytes, most), 1_000_000)),
    );
    cut.forEach(({ parts, digest }, at) => {
      const { bytes } = bodies[at % 3]!;
      expect(Buffer.concat(parts).equals(bytes)).toBe(true);
      expect(digest).toBe(sha256(bytes));
      expect(parts.slice(0, -1).every((part) => part.length === 1_000_000)).toBe(true);
    });
  },
);

it('cuts a body that is in memory', async () => {
  const bytes = randomBytes(2_500_000);
  const { parts, digest } = await gather(bytes, 1_000_000);
  expect(parts.map((part) => part.length)).toEqual([1_000_000, 1_000_000, 500_000]);
  expect([sha256(Buffer.concat(parts)), digest]).toEqual([sha256(bytes), sha256(bytes)]);
});

it('reads no further than it was asked', async () => {
  let read = 0;
  async function* counted() {
    for (;;) yield Buffer.alloc(((read += 1_000), 1_000));
  }
  for await (const part of partsOf(counted(), 10_000, createHash('sha256'))) {
    expect(part.sizeBytes).toBe(10_000);
    if (read >= 50_000) break;
  }
  expect(read).toBe(50_000);
});
