import type { Picture, Rectangle } from '@sluice/dicom';

/** Steps of grey that two frames may differ by: noise of a lossy codec is less, writing is more. */
const SAME_WITHIN = 24;
const BLOCK = 16;

/**
 * The part of a picture that differs from another of the same size, in whole blocks and with one around it; undefined where nothing does.
 * Linear in the pixels.
 */
export function changedArea(before: Picture, now: Picture): Rectangle | undefined {
  if (before.width !== now.width || before.height !== now.height) return whole(now);
  if (before.data.equals(now.data)) return undefined;
  const { width, height } = now;
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y += 1) {
    const start = y * width;
    for (let x = 0; x < width; x += 1) {
      const difference = (before.data[start + x] as number) - (now.data[start + x] as number);
      if (difference <= SAME_WITHIN && difference >= -SAME_WITHIN) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  if (right < 0) return undefined;
  return clipped(
    { x: left - BLOCK, y: top - BLOCK, width: right - left + 2 * BLOCK, height: bottom - top + 2 * BLOCK },
    now,
  );
}

/** The area with every box that it touches whole in it. */
export function withBoxes(area: Rectangle, boxes: readonly Rectangle[], picture: Picture): Rectangle {
  let { x, y } = area;
  let [right, bottom] = [x + area.width, y + area.height];
  for (let again = true; again;) {
    again = false;
    for (const box of boxes) {
      if (!touches({ x, y, width: right - x, height: bottom - y }, box)) continue;
      const [boxRight, boxBottom] = [box.x + box.width, box.y + box.height];
      if (box.x >= x && box.y >= y && boxRight <= right && boxBottom <= bottom) continue;
      [x, y] = [Math.min(x, box.x), Math.min(y, box.y)];
      [right, bottom] = [Math.max(right, boxRight), Math.max(bottom, boxBottom)];
      again = true;
    }
  }
  return clipped({ x, y, width: right - x, height: bottom - y }, picture);
}

export function touches(a: Rectangle, b: Rectangle): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

export function whole({ width, height }: Picture): Rectangle {
  return { x: 0, y: 0, width, height };
}

function clipped({ x, y, width, height }: Rectangle, picture: Picture): Rectangle {
  const [left, top] = [Math.max(0, Math.floor(x)), Math.max(0, Math.floor(y))];
  const right = Math.min(picture.width, Math.ceil(x + width));
  const bottom = Math.min(picture.height, Math.ceil(y + height));
  return { x: left, y: top, width: right - left, height: bottom - top };
}
