import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { element, EXPLICIT_LITTLE_ENDIAN, gather, inChunks, sequence } from '../part10/part10-fixture.js';
import { pickAttributes, type PickedAttributes } from './pick-attributes.js';

const INSTANCE = 0x00080018;
const STUDY = 0x0020000d;
const DATA_SET = Buffer.concat([
  element(0x00080005, 'CS', 'ISO_IR 192'),
  element(INSTANCE, 'UI', '1.2.3'),
  sequence(0x00081140, [element(STUDY, 'UI', '9.9')]),
  element(STUDY, 'UI', '1.2'),
  element(0x7fe00010, 'OW', Buffer.alloc(100_000, 1)),
]);

async function pick(
  bytes: Buffer,
  size: number,
  some: { transferSyntaxUID?: string; maxBytes?: number } = {},
): Promise<PickedAttributes> {
  return pickAttributes(inChunks(bytes, size), {
    transferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
    tags: [INSTANCE, STUDY, 0x0020000e],
    ...some,
  });
}

function textOf(picked: PickedAttributes, tag: number): string | undefined {
  return picked.values.get(tag)?.value.toString('latin1');
}

describe('pickAttributes', () => {
  it.each([1, 10, 1000, 200_000])(
    'finds attributes of depth 0 and replays every byte, in chunks of %i',
    async (size) => {
      const picked = await pick(DATA_SET, size);
      expect(picked.charset).toEqual(['ISO_IR 192']);
      expect([textOf(picked, INSTANCE), textOf(picked, STUDY), textOf(picked, 0x0020000e)]).toEqual([
        '1.2.3\0',
        '1.2\0',
        undefined,
      ]);
      expect((await gather(picked.replay)).equals(DATA_SET)).toBe(true);
    },
  );

  it.each([1, 50, 1000])('also in a deflated data set, in chunks of %i', async (size) => {
    const deflated = deflateRawSync(DATA_SET);
    const picked = await pick(deflated, size, { transferSyntaxUID: '1.2.840.10008.1.2.1.99' });
    expect(textOf(picked, STUDY)).toBe('1.2\0');
    expect((await gather(picked.replay)).equals(deflated)).toBe(true);
  });

  it('reads no further than it must', async () => {
    let given = 0;
    async function* counted(): AsyncGenerator<Buffer> {
      for await (const chunk of inChunks(DATA_SET, 100)) {
        given += chunk.length;
        yield chunk;
      }
    }
    await pickAttributes(counted(), { transferSyntaxUID: EXPLICIT_LITTLE_ENDIAN, tags: [INSTANCE] });
    expect(given).toBe(100);
  });

  it('stops at its limit', async () => {
    const far = Buffer.concat([element(0x00090010, 'OB', Buffer.alloc(50_000)), element(STUDY, 'UI', '1.2')]);
    await expect(pick(far, 1000, { maxBytes: 20_000 })).rejects.toMatchObject({
      code: 'DICOM_LIMIT_EXCEEDED',
    });
  });

  it('refuses a data set that is cut before the attributes', async () => {
    await expect(pick(DATA_SET.subarray(0, 30), 7)).rejects.toMatchObject({ code: 'DICOM_MALFORMED' });
  });

  it.each(['refusal', 'return of the replay'])('ends the source on %s', async (how) => {
    let closed = false;
    async function* source(): AsyncGenerator<Buffer> {
      try {
        yield* inChunks(how === 'refusal' ? Buffer.alloc(90) : DATA_SET, 30);
      } finally {
        closed = true;
      }
    }
    const picked = pickAttributes(source(), { transferSyntaxUID: EXPLICIT_LITTLE_ENDIAN, tags: [INSTANCE] });
    if (how === 'refusal') await expect(picked).rejects.toMatchObject({ code: 'DICOM_MALFORMED' });
    else await (await picked).replay.return();
    expect(closed).toBe(true);
  });

  it('hands on the error of its source', async () => {
    async function* cut(): AsyncGenerator<Buffer> {
      yield DATA_SET.subarray(0, 500);
      throw new RangeError('connection lost');
    }
    const { replay } = await pickAttributes(cut(), {
      transferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
      tags: [INSTANCE],
    });
    await expect(gather(replay)).rejects.toThrow('connection lost');
  });
});
