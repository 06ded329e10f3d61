import { describe, expect, it } from 'vitest';
import { isReversible } from './reversible.js';

const segment = (marker: number, ...content: number[]): Buffer =>
  Buffer.from([marker >>> 8, marker & 0xff, 0, content.length + 2, ...content]);
const SOC = Buffer.from([0xff, 0x4f]);
const SIZ = segment(0xff51, ...Array<number>(38).fill(0));
const cod = (transformation: number) => segment(0xff52, 0, 0, 0, 1, 1, 5, 4, 4, 0, transformation);
const tile = (...inside: Buffer[]): Buffer => {
  const body = Buffer.concat([...inside, Buffer.from([0xff, 0x93, 1, 2, 3, 4])]);
  const header = segment(0xff90, 0, 0, 0, 0, 0, 12 + body.length, 0, 1);
  return Buffer.concat([header, body]);
};
const END = Buffer.from([0xff, 0xd9]);
const j2k = (...parts: Buffer[]) => Buffer.concat([SOC, SIZ, ...parts, END]);

describe('a JPEG 2000 codestream', () => {
  it.each<[string, Buffer, boolean]>([
    ['5-3', j2k(cod(1), tile()), true],
    ['5-3 in two tiles', j2k(cod(1), tile(), tile()), true],
    ['9-7', j2k(cod(0), tile()), false],
    ['another wavelet', j2k(cod(2), tile()), false],
    ['9-7 for one component', j2k(cod(1), segment(0xff53, 0, 0, 5, 4, 4, 0, 0), tile()), false],
    ['9-7 in the second tile', j2k(cod(1), tile(), tile(cod(0))), false],
    ['no coding at all', j2k(tile()), false],
    ['nothing', Buffer.alloc(0), false],
    ['half a header', j2k(cod(1)).subarray(0, 50), false],
    [
      'a tile of no length',
      j2k(cod(1), segment(0xff90, 0, 0, 0, 0, 0, 0, 0, 1), Buffer.from([0xff, 0x93])),
      true,
    ],
  ])('of %s: %s', (_, stream, reversible) => {
    for (const codec of ['jpeg-2000', 'htj2k'] as const) expect(isReversible(codec, stream)).toBe(reversible);
  });
});

describe('a JPEG-LS codestream', () => {
  const jls = (components: number, inScan: number, near: number) =>
    Buffer.concat([
      Buffer.from([0xff, 0xd8]),
      segment(0xfff7, 8, 0, 4, 0, 4, components, ...Array<number>(3 * components).fill(1)),
      segment(0xffda, inScan, ...Array<number>(2 * inScan).fill(0), near, 0, 0),
    ]);
  it.each<[number, number, number, boolean]>([
    [1, 1, 0, true],
    [3, 3, 0, true],
    [1, 1, 2, false],
    [3, 3, 1, false],
    [3, 1, 0, false],
  ])('of %i components, %i in the scan, error %i', (components, inScan, near, reversible) =>
    expect(isReversible('jpeg-ls', jls(components, inScan, near))).toBe(reversible),
  );
});

it('a JPEG is never told to be', () => {
  expect(isReversible('jpeg', Buffer.from([0xff, 0xd8, 0xff, 0xc3]))).toBe(false);
});
