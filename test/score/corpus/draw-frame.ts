import sharp from 'sharp';
import { phantomSlice, seededRandom } from '@sluice/samples';
import type { PlantedWord } from './corpus.types.ts';

/** What stands behind the words. */
export const BACKGROUNDS = ['black', 'noise', 'gradient', 'anatomy', 'white'] as const;
export type Background = (typeof BACKGROUNDS)[number];

/** A word to draw. */
export interface Word {
  readonly text: string;
  readonly expected: PlantedWord['expected'];
}

export interface FrameRequest {
  readonly words: readonly Word[];
  readonly sizePx: number;
  readonly background: Background;
  readonly font: string;
  readonly seed: number;
  /** Which way words are written that do not stand upright: from the bottom to the top, or down. */
  readonly runs?: 'up' | 'down';
}

export const WIDTH = 640;
export const HEIGHT = 400;
const MARGIN = 14;
/** From the place of a word that stands upright to where it is drawn. */
const TURNS = {
  upright: 'rotate(0)',
  up: `translate(0,${HEIGHT}) rotate(-90)`,
  down: `translate(${WIDTH},0) rotate(90)`,
} as const;
/** Less difference from the background is no ink, but the edge of it. */
const INK = 40;

/** A grey frame of 8 bits with words in lines, and where they are. Words that do not fit are left out. */
export async function drawFrame(request: FrameRequest): Promise<{ pixels: Buffer; words: PlantedWord[] }> {
  const plain = behind(request.background, request.seed);
  const places = placesOf(request);
  const fill = request.background === 'white' ? '#101010' : '#f4f4f4';
  const texts = places.map(
    ({ text, x, y }) =>
      `<text x="${x}" y="${y + request.sizePx}" font-family="${request.font}" font-size="${request.sizePx}" fill="${fill}">${escaped(text)}</text>`,
  );
  const svg = Buffer.from(
    `<svg width="${WIDTH}" height="${HEIGHT}"><g transform="${TURNS[request.runs ?? 'upright']}">${texts.join('')}</g></svg>`,
  );
  const pixels = await sharp(plain, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } })
    .composite([{ input: svg }])
    .greyscale()
    .raw()
    .toBuffer();
  const { sizePx, background, runs } = request;
  const words = places.map(({ text, expected, ...place }): PlantedWord => {
    return {
      text,
      expected,
      sizePx,
      background,
      frame: 'all',
      ...(runs && { runs }),
      box: inkBox(plain, pixels, areaOf({ ...place, sizePx }, runs)),
    };
  });
  return { pixels, words };
}

interface Place extends Word {
  readonly x: number;
  readonly y: number;
  /** How far it may reach. */
  readonly width: number;
}

function placesOf({ words, sizePx, runs }: FrameRequest): Place[] {
  const places: Place[] = [];
  const [lineEnd, lastLine] = runs ? [HEIGHT, WIDTH] : [WIDTH, HEIGHT];
  let [x, y] = [MARGIN, MARGIN];
  for (const word of words) {
    const width = Math.ceil([...word.text].length * sizePx * 0.78 + sizePx);
    if (x + width > lineEnd - MARGIN) [x, y] = [MARGIN, y + Math.ceil(sizePx * 2)];
    if (y + sizePx * 1.5 > lastLine || x + width > lineEnd - MARGIN) continue;
    places.push({ ...word, x, y, width });
    x += width + sizePx;
  }
  return places;
}

interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Where the ink of a word may lie, in the frame. */
function areaOf(
  { x, y, width, sizePx }: Omit<Place, keyof Word> & { sizePx: number },
  runs: FrameRequest['runs'],
): Area {
  const [from, to] = [x, x + width + sizePx];
  const [above, below] = [y, y + Math.ceil(sizePx * 1.5)];
  if (runs === 'up') return { left: above, top: HEIGHT - to, right: below, bottom: HEIGHT - from };
  if (runs === 'down') return { left: WIDTH - below, top: from, right: WIDTH - above, bottom: to };
  return { left: from, top: above, right: to, bottom: below };
}

/** The smallest box around what differs from the background. */
function inkBox(plain: Buffer, pixels: Buffer, area: Area): PlantedWord['box'] {
  let [left, top, right, bottom] = [WIDTH, HEIGHT, 0, 0];
  for (let y = Math.max(0, area.top); y < Math.min(HEIGHT, area.bottom); y += 1) {
    for (let x = Math.max(0, area.left); x < Math.min(WIDTH, area.right); x += 1) {
      const at = y * WIDTH + x;
      if (Math.abs((pixels[at] ?? 0) - (plain[at] ?? 0)) < INK) continue;
      [left, top, right, bottom] = [
        Math.min(left, x),
        Math.min(top, y),
        Math.max(right, x + 1),
        Math.max(bottom, y + 1),
      ];
    }
  }
  if (right <= left) throw new Error('a word was not drawn: no font has its letters');
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function behind(background: Background, seed: number): Buffer {
  const out = Buffer.alloc(WIDTH * HEIGHT);
  const random = seededRandom(seed);
  const body = background === 'anatomy' ? phantomSlice(HEIGHT, WIDTH, seed).pixels : undefined;
  for (let at = 0; at < out.length; at += 1) {
    const [x, y] = [at % WIDTH, Math.floor(at / WIDTH)];
    if (background === 'noise') out[at] = 70 * random();
    else if (background === 'gradient') out[at] = (110 * x) / WIDTH + (40 * y) / HEIGHT;
    else if (background === 'white') out[at] = 235;
    else if (body) out[at] = body.readUInt16LE(at * 2) >> 4;
  }
  return out;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
