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
  const columns = placesOf(area.width, scale);
  const rows = placesOf(area.height, scale);
  const width = area.width * scale;
  const widened = rowWidener(picture, area, columns);
  for (let line = 0; line < rows.share.length; line += 1) {
    const [above, below] = [widened(rows.at[line] as number), widened(rows.next[line] as number)];
    const share = rows.share[line] as number;
    const start = (at.y + line) * canvas.width + at.x;
    for (let column = 0; column < width; column += 1) {
      const one = above[column] as number;
      canvas.data[start + column] = shades[
        Math.round(one + ((below[column] as number) - one) * share)
      ] as number;
    }
  }
}

/** Rows of a part, each as wide as it becomes. The last two are held: one is asked for again and again while the lines between it and the next are drawn. */
function rowWidener(
  { data, width }: Picture,
  area: Rectangle,
  { at, next, share }: Places,
): (row: number) => Float64Array {
  const held = [0, 1].map(() => ({ row: -1, values: new Float64Array(share.length) }));
  return (row) => {
    const slot = held[row % 2] as { row: number; values: Float64Array };
    if (slot.row === row) return slot.values;
    const start = (area.y + row) * width + area.x;
    for (let column = 0; column < share.length; column += 1) {
      const one = data[start + (at[column] as number)] as number;
      const other = data[start + (next[column] as number)] as number;
      slot.values[column] = one + (other - one) * (share[column] as number);
    }
    slot.row = row;
    return slot.values;
  };
}

/** Where each new pixel lies between two old ones: the first, the second, and how far it is from the first to the second. */
interface Places {
  readonly at: Int32Array;
  readonly next: Int32Array;
  readonly share: Float64Array;
}

function placesOf(count: number, scale: number): Places {
  const length = count * scale;
  const places = {
    at: new Int32Array(length),
    next: new Int32Array(length),
    share: new Float64Array(length),
  };
  for (let index = 0; index < length; index += 1) {
    const place = Math.min(count - 1, Math.max(0, (index + 0.5) / scale - 0.5));
    const at = Math.floor(place);
    places.at[index] = at;
    places.next[index] = Math.min(count - 1, at + 1);
    places.share[index] = place - at;
  }
  return places;
}
