import type { Picture, Rectangle } from '@sluice/dicom';
import type { FoundWord } from './text-finder.js';

/** A part of a picture, and where it lies in it. */
export interface Tile {
  readonly picture: Picture;
  readonly area: Rectangle;
}

/** What tesseract takes grows with the picture and is not given back: no part that it reads is larger. */
const LONGEST_SIDE = 1344;
/** Wider than a word: one that a cut goes through is whole in the next tile. */
const OVERLAP = 320;
/** Shades from the darkest to the lightest that writing needs. */
const LEAST_RANGE = 24;

/** A picture in tiles that overlap, without those in which nothing can stand. */
export function tilesOf(picture: Picture): Tile[] {
  return startsOf(picture.height).flatMap((y) =>
    startsOf(picture.width).flatMap((x) => {
      const width = Math.min(LONGEST_SIDE, picture.width - x);
      const height = Math.min(LONGEST_SIDE, picture.height - y);
      const area = { x, y, width, height };
      const tile = cut(picture, area);
      return isFlat(tile) ? [] : [{ picture: tile, area }];
    }),
  );
}

/** Words of a tile as they lie in the picture, without those that are cut and stand whole in another tile. */
export function wordsOfTile(words: readonly FoundWord[], { area }: Tile, picture: Picture): FoundWord[] {
  return words
    .filter(({ box }) => !isCut(box, area, picture))
    .map((word) => ({ ...word, box: { ...word.box, x: word.box.x + area.x, y: word.box.y + area.y } }));
}

function isCut({ x, y, width, height }: Rectangle, area: Rectangle, picture: Picture): boolean {
  const inner = { width: width < OVERLAP - 8, height: height < OVERLAP - 8 };
  const left = x < 2 && area.x > 0;
  const right = x + width > area.width - 2 && area.x + area.width < picture.width;
  const top = y < 2 && area.y > 0;
  const bottom = y + height > area.height - 2 && area.y + area.height < picture.height;
  return (inner.width && (left || right)) || (inner.height && (top || bottom));
}

function startsOf(length: number): number[] {
  if (length <= LONGEST_SIDE) return [0];
  const count = Math.ceil((length - OVERLAP) / (LONGEST_SIDE - OVERLAP));
  const step = (length - LONGEST_SIDE) / (count - 1);
  return Array.from({ length: count }, (_, at) => Math.round(at * step));
}

/** A part of a grey picture. */
export function cut(picture: Picture, { x, y, width, height }: Rectangle): Picture {
  if (width === picture.width && height === picture.height) return picture;
  const data = Buffer.allocUnsafe(width * height);
  for (let row = 0; row < height; row += 1) {
    const from = (y + row) * picture.width + x;
    picture.data.copy(data, row * width, from, from + width);
  }
  return { width, height, channels: 1, data };
}

function isFlat({ data }: Picture): boolean {
  let [least, most] = [255, 0];
  for (const shade of data) {
    if (shade < least) least = shade;
    if (shade > most) most = shade;
    if (most - least >= LEAST_RANGE) return false;
  }
  return true;
}
