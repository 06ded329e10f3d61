import type { Piece } from '../../data-set/output-queue.js';

/** An encoded element of depth 0. */
export interface Element {
  readonly tag: number;
  readonly bytes: Buffer;
}

/** The pieces of a data set with elements (in order of tag) put in, or put in the place of those of the same tag. */
export function* replaceElements(pieces: Iterable<Piece>, elements: readonly Element[]): Generator<Piece> {
  let next = 0;
  const upTo = function* (tag: number): Generator<Piece> {
    for (let found = elements[next]; found && found.tag <= tag; found = elements[next]) {
      next += 1;
      yield { tag: found.tag, buffer: found.bytes, start: 0, end: found.bytes.length };
    }
  };
  const replaced = new Set(elements.map(({ tag }) => tag));
  for (const piece of pieces) {
    yield* upTo(piece.tag);
    if (!replaced.has(piece.tag)) yield piece;
  }
  yield* upTo(Infinity);
}
