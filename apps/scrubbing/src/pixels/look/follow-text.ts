import type { Picture, Rectangle } from '@sluice/dicom';
import type { FoundWord } from '../ocr/text-finder.js';
import { cut } from '../ocr/tiles.js';
import { changedArea, touches, whole, withBoxes } from './changed-area.js';

/** Reads a picture. */
export type Read = (picture: Picture) => Promise<readonly FoundWord[]>;

/** Less than this is too little to read in. */
const LEAST_WIDTH = 128;
const LEAST_HEIGHT = 64;
/** Above this share of the picture all of it is read. */
const MOSTLY = 0.6;

/**
 * Follows the text of one frame after another. What looks as in the frame that was read is not read again, so that an hour of the same
 * screen costs one reading; the same words come back as the same array.
 */
export function followText(read: Read): Read {
  let before: { picture: Picture; words: readonly FoundWord[] } | undefined;

  return async (picture) => {
    const area = before ? changedArea(before.picture, picture) : whole(picture);
    if (!area && before) return before.words;
    const { words = [] } = before ?? {};
    const boxes = words.map(({ box }) => box);
    const part = withBoxes(roomy(area ?? whole(picture), picture), boxes, picture);
    if (!before || part.width * part.height > MOSTLY * picture.width * picture.height) {
      before = { picture, words: await read(picture) };
      return before.words;
    }
    const found = (await read(cut(picture, part))).map((word) => moved(word, part));
    const kept = words.filter(({ box }) => !touches(part, box));
    before = { picture: patched(before.picture, picture, part), words: [...kept, ...found] };
    return before.words;
  };
}

function roomy({ x, y, width, height }: Rectangle, picture: Picture): Rectangle {
  const [w, h] = [
    Math.min(picture.width, Math.max(LEAST_WIDTH, width)),
    Math.min(picture.height, Math.max(LEAST_HEIGHT, height)),
  ];
  return {
    x: Math.min(picture.width - w, Math.max(0, x - Math.floor((w - width) / 2))),
    y: Math.min(picture.height - h, Math.max(0, y - Math.floor((h - height) / 2))),
    width: w,
    height: h,
  };
}

function moved(word: FoundWord, { x, y }: Rectangle): FoundWord {
  return { ...word, box: { ...word.box, x: word.box.x + x, y: word.box.y + y } };
}

/** What was read, as it looked then: small changes from frame to frame must not add up unseen. */
function patched(before: Picture, now: Picture, { x, y, width, height }: Rectangle): Picture {
  const data = Buffer.from(before.data);
  for (let row = y; row < y + height; row += 1)
    now.data.copy(data, row * now.width + x, row * now.width + x, row * now.width + x + width);
  return { ...before, data };
}
