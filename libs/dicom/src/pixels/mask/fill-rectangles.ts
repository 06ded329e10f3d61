/** Pixels of a frame, from its upper left corner. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How the pixels of a frame lie: planes of rows of cells, each cell `spans` pixels wide. */
export interface FrameLayout {
  readonly rows: number;
  readonly columns: number;
  readonly spans: 1 | 2;
  /** The bytes of one black cell, for each plane. */
  readonly black: readonly Buffer[];
}

interface Span {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Fills rectangles with black, in place; they are cut to the frame, and widened to whole pixels and cells. */
export function fillRectangles(bytes: Buffer, layout: FrameLayout, rectangles: readonly Rectangle[]): void {
  const { rows, columns, spans } = layout;
  const cells = columns / spans;
  let planeStart = 0;
  for (const cell of layout.black) {
    for (const rectangle of rectangles) {
      const { left, right, top, bottom } = spanOf(rectangle, rows, columns);
      const from = Math.floor(left / spans) * cell.length;
      const to = Math.ceil(right / spans) * cell.length;
      for (let row = top; row < bottom && to > from; row += 1) {
        const start = planeStart + row * cells * cell.length;
        bytes.fill(cell, start + from, start + to);
      }
    }
    planeStart += rows * cells * cell.length;
  }
}

/** The same for single bits, packed with the first pixel lowest. */
export function fillBits(
  bytes: Buffer,
  layout: { readonly rows: number; readonly columns: number; readonly black: 0 | 1 },
  rectangles: readonly Rectangle[],
): void {
  const { rows, columns, black } = layout;
  for (const rectangle of rectangles) {
    const { left, right, top, bottom } = spanOf(rectangle, rows, columns);
    for (let row = top; row < bottom; row += 1)
      for (let bit = row * columns + left; bit < row * columns + right; bit += 1) {
        const byte = bytes[bit >>> 3] as number;
        bytes[bit >>> 3] = black ? byte | (1 << (bit & 7)) : byte & ~(1 << (bit & 7));
      }
  }
}

function spanOf({ x, y, width, height }: Rectangle, rows: number, columns: number): Span {
  if (![x, y, width, height].every(Number.isFinite)) throw new TypeError('a rectangle needs numbers');
  return {
    left: Math.min(columns, Math.max(0, Math.floor(x))),
    right: Math.min(columns, Math.max(0, Math.ceil(x + width))),
    top: Math.min(rows, Math.max(0, Math.floor(y))),
    bottom: Math.min(rows, Math.max(0, Math.ceil(y + height))),
  };
}
