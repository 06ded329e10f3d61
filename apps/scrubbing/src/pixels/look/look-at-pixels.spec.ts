import { type Codecs, createCodecs, type Picture } from '@sluice/dicom';
import { afterAll, describe, expect, it } from 'vitest';
import {
  chunksOf,
  colourFrame,
  type SampleElement,
  sampleElements,
  samplePart10,
} from '../../testing/samples.js';
import { gatherSeeds } from '../../words/seeds.js';
import { gatherPrinted } from '../judge/printed.js';
import { lookAtPixels } from './look-at-pixels.js';

const RLE = '1.2.840.10008.1.2.5';
const HEADER_BYTES = 64;

function item(bytes: Buffer, element = 0xe000): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(0xfffe);
  head.writeUInt16LE(element, 2);
  head.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([head, bytes]);
}

/** A frame of two segments (16 bits, PS3.5 G.5), as far as its header. */
function runLength(shade: number): Buffer {
  const frame = Buffer.alloc(HEADER_BYTES + 2, shade);
  frame.fill(0, 0, HEADER_BYTES);
  frame.writeUInt32LE(2);
  frame.writeUInt32LE(HEADER_BYTES, 4);
  frame.writeUInt32LE(HEADER_BYTES + 1, 8);
  return frame;
}

/** An object of compressed frames of 2 x 2 pixels; what is in them is up to the codec. */
function compressed(frames: readonly Buffer[]): Buffer {
  const more: SampleElement[] = [[0x00280008, 'IS', String(frames.length)]];
  const header = samplePart10(
    sampleElements(more).filter(([tag]) => tag < 0x7fe00010),
    RLE,
  );
  const pixels = Buffer.from('e07f10004f420000ffffffff', 'hex');
  const empty = Buffer.alloc(0);
  return Buffer.concat([header, pixels, item(empty), ...frames.map((one) => item(one)), item(empty, 0xe0dd)]);
}

describe('a look at frames', () => {
  it('decodes a frame that is as the one before it no more, and masks it like that', async () => {
    const decoded: number[] = [];
    const codecs: Codecs = {
      decode({ bytes, shape }) {
        const shade = bytes[HEADER_BYTES] as number;
        decoded.push(shade);
        const samples = new Uint8Array(shape.rows * shape.columns * (shape.bitsAllocated / 8)).fill(shade);
        return Promise.resolve({ bytes: samples, colour: 'GREY', coding: { precision: 8, signed: false } });
      },
      encode: () => Promise.reject(new Error('nothing is written')),
      close: () => Promise.resolve(),
    };
    const [one, other] = [runLength(1), runLength(2)];
    let read = 0;
    const finders = {
      find: () => {
        read += 1;
        const box = { x: 0, y: 0, width: 1, height: 1 };
        return Promise.resolve(read === 1 ? [{ text: 'SMITH', confidence: 90, box }] : []);
      },
      close: () => Promise.resolve(),
    };
    const findings = await lookAtPixels(chunksOf(compressed([one, one, one, other, one])), {
      tools: { codecs, finders, timeoutMs: 60_000 },
      owner: { seeds: gatherSeeds(), printed: gatherPrinted() },
      chinese: false,
      always: () => [],
    });
    expect(decoded).toEqual([1, 2, 1]);
    for (const frame of [0, 1, 2, 4]) expect(findings.rectangles(frame)).not.toEqual([]);
    expect(findings).toMatchObject({ rewrite: true, looked: true });
  });
});

describe('writing that differs from its ground in colour alone', () => {
  const codecs = createCodecs();
  afterAll(() => codecs.close());
  const [ROWS, COLUMNS, BAR] = [40, 60, { x: 50, y: 0, width: 10, height: 40 }];

  /** How often a frame in one colour with a bar of another is read, and whether the bar is masked; who reads sees contrast alone. */
  async function lookedAt(ground: readonly number[], bar: readonly number[]) {
    const file = colourFrame({ rows: ROWS, columns: COLUMNS, from: BAR.x }, ground, bar);
    let read = 0;
    const find = ({ data }: Picture) => {
      read += 1;
      const isSeen = Math.abs((data[0] as number) - (data[COLUMNS - 1] as number)) > 48;
      return Promise.resolve(isSeen ? [{ text: 'SMITH', confidence: 95, box: BAR }] : []);
    };
    const findings = await lookAtPixels(chunksOf(file), {
      tools: { codecs, finders: { find, close: () => Promise.resolve() }, timeoutMs: 60_000 },
      owner: { seeds: gatherSeeds(), printed: gatherPrinted() },
      chinese: false,
      always: () => [],
    });
    return { read, masked: findings.rectangles(0).length > 0 };
  }

  it.each([
    ['dark blue on black', [0, 0, 0], [0, 0, 180]],
    ['red on green', [0, 128, 42], [255, 0, 0]],
    ['red on grey', [123, 123, 123], [224, 64, 60]],
  ])('is read: %s', async (_, ground, bar) => {
    expect(await lookedAt(ground, bar)).toEqual({ read: 2, masked: true });
  });

  it('costs nothing where there is none', async () => {
    expect(await lookedAt([0, 0, 0], [250, 250, 250])).toEqual({ read: 1, masked: true });
    expect(await lookedAt([40, 40, 40], [50, 50, 50])).toEqual({ read: 1, masked: false });
  });
});
