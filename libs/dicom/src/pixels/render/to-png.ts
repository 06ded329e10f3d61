import type { Rectangle } from '../mask/fill-rectangles.js';
import type { Picture } from './render.js';

/** Largest side of a picture, in pixels; a smaller one keeps its size. */
export interface PngOptions {
  readonly maxSide?: number;
}

/** A picture as a PNG file, and the size that it has there. Metadata is none. */
export async function toPng(
  picture: Picture,
  { maxSide = 65_535 }: PngOptions = {},
): Promise<{ readonly png: Buffer; readonly width: number; readonly height: number }> {
  const { width, height, channels, data } = picture;
  // Loaded when the first picture is made: most processes that read objects make none.
  const { default: sharp } = await import('sharp');
  const { data: png, info } = await sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
    .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .png({ compressionLevel: 6 })
    .toBuffer({ resolveWithObject: true });
  return { png, width: info.width, height: info.height };
}

/** A picture with rectangles filled with black, as they are given in its own pixels; the picture itself stays as it is. */
export function blackedOut(picture: Picture, rectangles: readonly Rectangle[]): Picture {
  const data = Buffer.from(picture.data);
  for (const { x, y, width, height } of rectangles) {
    const left = Math.min(Math.max(x, 0), picture.width);
    const right = Math.min(Math.max(x + width, left), picture.width);
    const bottom = Math.min(y + height, picture.height);
    for (let row = Math.max(y, 0); row < bottom; row += 1) {
      const start = row * picture.width;
      data.fill(0, (start + left) * picture.channels, (start + right) * picture.channels);
    }
  }
  return { ...picture, data };
}
