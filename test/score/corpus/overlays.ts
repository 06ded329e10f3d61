import { baseObject } from './base-object.ts';
import type { CorpusObject } from './corpus.types.ts';
import { type Item, withElements, writeObject } from './write-object.ts';

const SIDE = 16;
const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';
/** What the bits of a bitmap are: as letters they stand for writing. */
const DRAWN = Buffer.from('ZqoverlayZqoverlayZqoverlayZqove');

/** Overlays that are drawn: as bitmaps of their own in the first and the last group that there may be, and in a bit of the pixels that holds no value. */
export function* overlays(): Generator<CorpusObject> {
  const bitmaps = [0x6000, 0x601e].flatMap((group): Item => [
    ...planeAt(group),
    [(group << 16) + 0x3000, 'OW', DRAWN],
  ]);
  const plain = Buffer.alloc(2 * SIDE * SIDE, 1);
  yield objectOf('overlay-bitmaps', [...bitmaps, [0x7fe00010, 'OW', plain]], DRAWN);
  const inPixels = Buffer.alloc(2 * SIDE * SIDE);
  for (let pixel = 0; pixel < SIDE * SIDE; pixel += 1) {
    const isDrawn = ((DRAWN[pixel >> 3] as number) >> (pixel & 7)) & 1;
    inPixels.writeUInt16LE(100 + (isDrawn << 12), 2 * pixel);
  }
  yield objectOf('overlay-in-pixels', [...planeAt(0x6000, 12), [0x7fe00010, 'OW', inPixels]], inPixels);
}

function planeAt(group: number, bit = 0): Item {
  const tag = (element: number): number => group * 0x10000 + element;
  return [
    [tag(0x0010), 'US', [SIDE]],
    [tag(0x0011), 'US', [SIDE]],
    [tag(0x0040), 'CS', 'G'],
    [tag(0x0050), 'SS', [1, 1]],
    [tag(0x0100), 'US', [bit === 0 ? 1 : 16]],
    [tag(0x0102), 'US', [bit]],
  ];
}

function objectOf(name: string, elements: Item, drawn: Buffer): CorpusObject {
  const shape: Item = [
    [0x00080008, 'CS', 'DERIVED\\SECONDARY'],
    [0x00080016, 'UI', SECONDARY_CAPTURE],
    [0x00080060, 'CS', 'OT'],
    [0x00280010, 'US', [SIDE]],
    [0x00280011, 'US', [SIDE]],
  ];
  return {
    file: writeObject(withElements(baseObject({ patient: name, object: name }), [...shape, ...elements])),
    sheet: {
      ...{ name, group: 'overlay', patient: name, planted: [], words: [], valid: false, outcome: 'released' },
      identifying: [drawn],
    },
  };
}
