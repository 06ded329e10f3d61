import type { Grey } from '../../input/grey/display-grey.js';
import type { Part } from '../lesions/parts.js';
import { GLYPHS } from './glyphs.table.js';

/** An RGB picture, 8 bits a sample, by pixel. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly data: Buffer;
}

export type Colour = readonly [red: number, green: number, blue: number];

const GLYPH = { width: 6, height: 9 };

/** A grey picture on a canvas, with `below` black rows under it. */
export function canvasOf({ width, height, data }: Grey, below: number): Canvas {
  const out = Buffer.alloc(width * (height + below) * 3);
  for (let at = 0; at < data.length; at += 1) {
    const grey = data[at] as number;
    out[3 * at] = grey;
    out[3 * at + 1] = grey;
    out[3 * at + 2] = grey;
  }
  return { width, height: height + below, data: out };
}

/** Colours the pixels of a part that touch the outside by a side. */
export function drawOutline(canvas: Canvas, { box, data }: Part, colour: Colour): void {
  const { width, height } = box;
  for (let at = 0; at < data.length; at += 1) {
    if (data[at] !== 1) continue;
    const x = at % width;
    const y = Math.floor(at / width);
    const inside = x > 0 && y > 0 && x < width - 1 && y < height - 1;
    const sides = inside && data[at - 1]! + data[at + 1]! + data[at - width]! + data[at + width]!;
    if (sides !== 4) dot(canvas, { x: box.left + x, y: box.top + y }, colour);
  }
}

/** Lines of text that fit a width, broken between words (a longer word is cut), and how large their letters are. */
export interface TextBlock {
  readonly lines: readonly string[];
  readonly scale: number;
  /** Rows that the lines take. */
  readonly height: number;
}

/** Larger letters in larger pictures: about one for each 400 columns. */
export function textBlock(words: string, width: number): TextBlock {
  const scale = Math.max(1, Math.floor(width / 400));
  const most = Math.max(1, Math.floor((width - 4) / (GLYPH.width * scale)));
  const lines: string[] = [];
  for (const word of words.toUpperCase().split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= most)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word.slice(0, most));
  }
  return { lines, scale, height: lines.length * GLYPH.height * scale + 4 };
}

/** Writes a block, its first line's top left corner at `at`; signs without a glyph stay blank. */
export function drawText(
  canvas: Canvas,
  { block, at, colour }: { block: TextBlock; at: { x: number; y: number }; colour: Colour },
): void {
  const { lines, scale } = block;
  for (const [number, line] of lines.entries())
    for (const [place, sign] of [...line].entries()) {
      const corner = { x: at.x + place * GLYPH.width * scale, y: at.y + number * GLYPH.height * scale };
      drawGlyph(canvas, { sign, corner, scale, colour });
    }
}

function drawGlyph(
  canvas: Canvas,
  glyph: { sign: string; corner: { x: number; y: number }; scale: number; colour: Colour },
): void {
  const { sign, corner, scale, colour } = glyph;
  const rows = GLYPHS[sign] ?? [];
  for (let y = 0; y < rows.length * scale; y += 1)
    for (let x = 0; x < 5 * scale; x += 1) {
      const bits = rows[Math.floor(y / scale)] as number;
      const lit = (bits >> (4 - Math.floor(x / scale))) & 1;
      if (lit === 1) dot(canvas, { x: corner.x + x, y: corner.y + y }, colour);
    }
}

function dot({ width, height, data }: Canvas, { x, y }: { x: number; y: number }, colour: Colour): void {
  if (x < 0 || y < 0 || x >= width || y >= height) return;
  data.set(colour, 3 * (y * width + x));
}
