import sharp from 'sharp';
import type { Picture, Rectangle } from '@sluice/dicom';
import { seededRandom } from '@sluice/samples';

/** A word that was drawn, and where. */
export interface Planted {
  readonly text: string;
  readonly box: Rectangle;
}

const NAMES =
  'ASHDOWN Brennick CORVALLE Dunmarsh ELLINGROVE Fennimore GARROWBY Holtwick Florin CLARA Hugo GRETA'.split(
    ' ',
  );
const CHINESE = '王小明 李娜 张伟 刘洋 陈静 杨光 赵军 周杰 吴敏 徐强'.split(' ');
const DEVICE =
  'MI 0.6|TIS 0.4|TIB 1.2|L|R|RCC|LMLO|PA|SUPINE|PORTABLE|SEMI-UPRIGHT|GAIN 60|Frq 5.0MHz|DEPTH 12cm|120 kVp|200 mAs|12 mm|49Hz|2D|DR 60|THYROID|LIVER|LEFT KIDNEY|GALLBLADDER|TRANS|SAG|LONG|BREAST|Dist 3.4 cm|FOV 250|WL 40|Zoom 1.5|45%|C5-1|ERECT|LYMPH NODE|IM 12|SE 3|TE 90|TR 4000'.split(
    '|',
  );
/** Names, record numbers and dates in Latin letters, names in Chinese, or what devices print. */
export type Script = 'latin' | 'chinese' | 'device';

/** Names, record numbers and dates by turns, none of them anybody's. */
function words(script: Script, count: number, random: () => number): string[] {
  const digits = (length: number) => String(Math.floor(random() * 10 ** length)).padStart(length, '0');
  const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)] as string;
  if (script === 'device')
    return Array.from({ length: count }, (_, at) => DEVICE[at % DEVICE.length] as string);
  const kinds =
    script === 'chinese'
      ? [() => pick(CHINESE)]
      : [() => pick(NAMES), () => digits(8), () => `${digits(2)}/${digits(2)}/19${digits(2)}`];
  return Array.from({ length: count }, (_, at) => kinds[at % kinds.length]?.() ?? '');
}

/** A frame like a screen of an ultrasound device: speckled tissue in the middle, bright words around and over it, each `sizePx` high (cap height about 0.73 of it). */
export async function plantedFrame(
  sizePx: number,
  count: number,
  { script = 'latin', seed = 0 }: { readonly script?: Script; readonly seed?: number } = {},
): Promise<{ picture: Picture; planted: Planted[] }> {
  const [width, height] = [800, 600];
  const random = seededRandom(sizePx + 1000 * seed);
  const planted = words(script, count, random).map((text, index): Planted => {
    const [x, y] = [20 + (index % 4) * 195 + (seed % 7), 20 + Math.floor(index / 4) * 50 + (seed % 5)];
    const long = script === 'chinese' ? text.length * sizePx : text.length * sizePx * 0.6;
    return { text, box: { x, y, width: long, height: sizePx * 1.3 } };
  });
  const texts = planted.map(
    ({ text, box }) =>
      `<text x="${box.x}" y="${box.y + sizePx}" font-family="DejaVu Sans, Droid Sans Fallback" font-size="${sizePx}" fill="#f0f0f0">${text}</text>`,
  );
  const speckle = Buffer.alloc(width * height);
  for (let at = 0; at < speckle.length; at += 1) {
    const [x, y] = [at % width, Math.floor(at / width)];
    if (((x - 400) / 260) ** 2 + ((y - 320) / 240) ** 2 < 1) speckle[at] = 25 + 60 * random();
  }
  const data = await sharp(speckle, { raw: { width, height, channels: 1 } })
    .composite([{ input: Buffer.from(`<svg width="${width}" height="${height}">${texts.join('')}</svg>`) }])
    .greyscale()
    .raw()
    .toBuffer();
  return { picture: { width, height, channels: 1, data }, planted };
}
