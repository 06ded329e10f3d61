import type { Picture, Rectangle } from '@sluice/dicom';

/** Grey bytes that are written to, row by row. */
export interface Canvas {
  readonly data: Buffer;
  readonly width: number;
}

/** A part of a picture to be drawn larger. */
export interface Enlargement {
  readonly area: Rectangle;
  readonly scale: number;
  /** What each of the 256 shades becomes. */
  readonly shades: Uint8Array;
  /** Where its upper left corner comes to stand. */
  readonly at: { readonly x: number; readonly y: number };
}

/** Draws a part of a grey picture `scale` times as large, by linear interpolation; what is beside the part is not mixed in. */
export function drawEnlarged(
  picture: Picture,
  { area, scale, shades, at }: Enlargement,
  canvas: Canvas,
): void {
  const columns = between(area.width, scale);
  for (const [line, row] of between(area.height, scale).entries()) {
    const upper = (area.y + row.at) * picture.width + area.x;
    const lower = (area.y + row.next) * picture.width + area.x;
    for (const [column, { at: left, next, share }] of columns.entries()) {
      const above = mixed(picture.data[upper + left] as number, picture.data[upper + next] as number, share);
      const below = mixed(picture.data[lower + left] as number, picture.data[lower + next] as number, share);
      const shade = shades[Math.round(mixed(above, below, row.share))] as number;
      canvas.data[(at.y + line) * canvas.width + at.x + column] = shade;
    }
  }
}

/** Where each new pixel lies between two old ones. */
function between(count: number, scale: number) {
  return Array.from({ length: count * scale }, (_, index) => {
    const place = Math.min(count - 1, Math.max(0, (index + 0.5) / scale - 0.5));
    const at = Math.floor(place);
    return { at, next: Math.min(count - 1, at + 1), share: place - at };
  });
}

function mixed(one: number, other: number, share: number): number {
  return one + (other - one) * share;
}
