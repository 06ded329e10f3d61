import type { Picture, Rectangle } from '@sluice/dicom';
import { shadeAt } from '../shade-at.js';
import { drawEnlarged } from './enlarge.js';
import type { CloseUpWay, FoundWord } from './text-finder.js';

/** Lines of a picture, each enlarged by itself and in black on white, on one sheet. */
export interface Sheet {
  readonly picture: Picture;
  /** Words that were read on the sheet, as they lie in the picture. */
  toPicture(words: readonly FoundWord[]): FoundWord[];
}

/** A line on a sheet. */
interface CloseUp {
  readonly line: Rectangle;
  /** What of the picture it shows: the line and what is beside it. */
  readonly area: Rectangle;
  readonly scale: number;
  /** Where it stands on the sheet. */
  readonly at: { readonly x: number; readonly y: number };
}

/** No side of a sheet is longer: it is read as one tile. */
const SIDE = 1280;
/** White between two lines, and at the rim. */
const GAP = 36;
const LARGEST_SCALE = 6;
/** Of the height: what of the surroundings is shown, too. */
const BESIDE = 0.6;
const ABOVE = 0.35;
/** How high a line becomes, about as the reader's own models were trained; shades below `white` of the way from ground to ink are white, above `black` black. */
const WAYS = {
  even: { height: 36, white: 0.2, black: 0.8 },
  steep: { height: 36, white: 0.35, black: 0.65 },
  large: { height: 42, white: 0.2, black: 0.8 },
  soft: { height: 48, white: 0, black: 1 },
} as const;

/** The lines of a grey picture on as few sheets as hold them; a line that is too long for a sheet is left out. */
export function sheetsOf(picture: Picture, lines: readonly Rectangle[], way: CloseUpWay = 'even'): Sheet[] {
  const sheets: CloseUp[][] = [];
  let [x, y, rowHeight] = [GAP, GAP, 0];
  for (const line of lines) {
    const { area, scale } = surroundings(picture, line, WAYS[way].height);
    const [width, height] = [area.width * scale, area.height * scale];
    if (width > SIDE - 2 * GAP || height > SIDE - 2 * GAP) continue;
    if (x + width > SIDE - GAP) [x, y, rowHeight] = [GAP, y + rowHeight + GAP, 0];
    if (sheets.length === 0 || y + height > SIDE - GAP) {
      sheets.push([]);
      [x, y, rowHeight] = [GAP, GAP, 0];
    }
    sheets.at(-1)?.push({ line, area, scale, at: { x, y } });
    x += width + GAP;
    rowHeight = Math.max(rowHeight, height);
  }
  return sheets.map((closeUps) => ({
    picture: drawn(picture, closeUps, way),
    toPicture: (words) =>
      words.flatMap((word) => inPicture(word, closeUps)).map((word) => ({ ...word, closeUp: way })),
  }));
}

function surroundings(picture: Picture, { x, y, width, height }: Rectangle, wanted: number) {
  const left = Math.max(0, Math.floor(x - BESIDE * height));
  const top = Math.max(0, Math.floor(y - ABOVE * height));
  const area = {
    ...{ x: left, y: top },
    width: Math.min(picture.width, Math.ceil(x + width + BESIDE * height)) - left,
    height: Math.min(picture.height, Math.ceil(y + height + ABOVE * height)) - top,
  };
  const fitting = Math.floor((SIDE - 2 * GAP) / area.width);
  const scale = Math.max(1, Math.min(LARGEST_SCALE, Math.round(wanted / height), fitting));
  return { area, scale };
}

function drawn(picture: Picture, closeUps: readonly CloseUp[], way: CloseUpWay): Picture {
  const height = Math.max(...closeUps.map(({ area, scale, at }) => at.y + area.height * scale)) + GAP;
  const data = Buffer.alloc(SIDE * height, 255);
  const sheet = { width: SIDE, height, channels: 1, data } as const;
  for (const closeUp of closeUps)
    drawEnlarged(picture, { ...closeUp, shades: shadesOf(picture, closeUp.area, way) }, sheet);
  return sheet;
}

/** What each shade becomes, from the ground of this line to its ink, whichever of them is brighter: what most of the area has is white; of the darkest and the brightest, what is further from it is black. */
function shadesOf({ data, width }: Picture, area: Rectangle, way: CloseUpWay): Uint8Array {
  const counts = new Uint32Array(256);
  for (let y = area.y; y < area.y + area.height; y += 1)
    for (const shade of data.subarray(y * width + area.x, y * width + area.x + area.width))
      counts[shade] = (counts[shade] as number) + 1;
  const total = area.width * area.height;
  const [dark, ground, bright] = [0.02, 0.5, 0.97].map((share) => shadeAt(counts, share * total));
  const { white, black } = WAYS[way];
  const ink = bright! - ground! >= ground! - dark! ? bright! : dark!;
  return Uint8Array.from({ length: 256 }, (_, shade) => {
    const share = ink === ground ? 0 : (shade - ground!) / (ink - ground!);
    return 255 - 255 * Math.min(1, Math.max(0, (share - white) / (black - white)));
  });
}

function inPicture({ box, ...word }: FoundWord, closeUps: readonly CloseUp[]): FoundWord[] {
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const closeUp = closeUps.find(({ area, scale, at }) => {
    const [width, height] = [area.width * scale, area.height * scale];
    return x >= at.x && x < at.x + width && y >= at.y && y < at.y + height;
  });
  if (!closeUp) return [];
  const { line, area, scale, at } = closeUp;
  const placed = {
    x: area.x + (box.x - at.x) / scale,
    y: area.y + (box.y - at.y) / scale,
    width: box.width / scale,
    height: box.height / scale,
  };
  // What is cut by the rim stands in another line.
  const middle = placed.y + placed.height / 2;
  if (middle < line.y || middle > line.y + line.height) return [];
  return [{ ...word, box: placed }];
}
