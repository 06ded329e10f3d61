import { describe, expect, it } from 'vitest';
import { scrubObject } from '../scrub-object.js';
import {
  bytesOf,
  EXPLICIT_LE,
  sampleElements,
  samplePart10,
  sampleReplacements,
  sourceOf,
} from '../testing/samples.js';

const NAME = Buffer.from('Musterfrau^Erika');
const RLE = '1.2.840.10008.1.2.5';
/** Two by two pixels of 16 bits in two segments, each a literal of four bytes. */
const RLE_FRAME = Buffer.alloc(76);
RLE_FRAME.set([2, 0, 0, 0, 64, 0, 0, 0, 70, 0, 0, 0]);
RLE_FRAME.set([3, 1, 2, 3, 4, 0, 3, 1, 2, 3, 4, 0], 64);

function item(bytes: Buffer, head = 'feff00e0'): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([Buffer.from(head, 'hex'), length, bytes]);
}

function encapsulated(
  syntax: string,
  items: readonly Buffer[],
  more: Parameters<typeof sampleElements>[0] = [],
): Buffer {
  const elements = sampleElements(more).filter(([tag]) => tag !== 0x7fe00010);
  const pixelData = Buffer.from('e07f10004f420000ffffffff', 'hex');
  const end = item(Buffer.alloc(0), 'feffdde0');
  return Buffer.concat([samplePart10(elements, syntax), pixelData, ...items.map((one) => item(one)), end]);
}

/** What leaves: nothing where it is held back. */
async function released(file: Buffer): Promise<Buffer> {
  const verdict = await scrubObject({ source: sourceOf(file), replacements: sampleReplacements }, bytesOf);
  return verdict.outcome === 'clean' ? verdict.stored : Buffer.alloc(0);
}

describe('bytes of pixel data that no decoder shows', () => {
  it.each([
    ['without an offset table', [Buffer.alloc(0), RLE_FRAME]],
    ['with one', [Buffer.alloc(4), RLE_FRAME]],
    ['padded', [Buffer.alloc(0), Buffer.concat([RLE_FRAME, Buffer.alloc(2)])]],
  ])('are none where there are but pixels: %s', async (_, items) => {
    expect((await released(encapsulated(RLE, items))).includes(RLE_FRAME)).toBe(true);
  });

  it.each([
    ['after the last native pixel', pixels(Buffer.concat([Buffer.alloc(8), NAME]))],
    ['in the basic offset table', encapsulated(RLE, [NAME, RLE_FRAME])],
    [
      'in an extended offset table',
      encapsulated(RLE, [Buffer.alloc(0), RLE_FRAME], [[0x7fe00001, 'OV', NAME]]),
    ],
    ['after the last segment of RLE', encapsulated(RLE, [Buffer.alloc(0), Buffer.concat([RLE_FRAME, NAME])])],
    ['in the header of RLE', encapsulated(RLE, [Buffer.alloc(0), withName(RLE_FRAME, 16)])],
  ])('do not leave %s', async (_, file) => {
    expect(file.includes(NAME)).toBe(true);
    expect((await released(file)).includes(NAME)).toBe(false);
  });
});

function pixels(value: Buffer): Buffer {
  return samplePart10(sampleElements([[0x7fe00010, 'OW', value]]), EXPLICIT_LE);
}

function withName(frame: Buffer, at: number): Buffer {
  const named = Buffer.from(frame);
  NAME.copy(named, at);
  return named;
}
