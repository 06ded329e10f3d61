import { expect, it } from 'vitest';
import { bytesOf, chunksOf, sampleElements, samplePart10 } from '../testing/samples.js';
import { readAhead } from './read-ahead.js';

const FILE = samplePart10(sampleElements());
const MIB = 1024 * 1024;

it('the names of the header are known before the object is read again, whole', async () => {
  const { seeds, source } = await readAhead(chunksOf(FILE));
  expect([seeds.complete, seeds.names('musterfrau')]).toEqual([true, true]);
  expect((await bytesOf(source)).equals(FILE)).toBe(true);
});

it('a large value before the pixels is not held: then no name counts as known', async () => {
  const bulk = Buffer.from('0900011042420000ffff0000', 'hex').fill('OB', 4, 6);
  bulk.writeUInt32LE(200 * MIB, 8);
  const at = FILE.indexOf(Buffer.from('10001000', 'hex'));
  let given = 0;
  async function* object(): AsyncGenerator<Buffer> {
    yield Buffer.concat([FILE.subarray(0, at), bulk]);
    for (; given < 200; given += 1) yield Buffer.alloc(MIB);
    yield FILE.subarray(at);
  }
  const { seeds, source } = await readAhead(object());
  expect(given).toBeLessThan(80);
  expect([seeds.complete, seeds.names('thorax')]).toEqual([false, true]);
  let sizeBytes = 0;
  for await (const chunk of source) sizeBytes += chunk.length;
  expect(sizeBytes).toBe(FILE.length + bulk.length + 200 * MIB);
});
