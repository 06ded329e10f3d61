/** A named block of 32-bit floats, row by row; the first axis is the batch. */
export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** What a model takes or gives by one name: one element's shape, without the batch axis. */
export interface Port {
  readonly name: string;
  readonly shape: readonly number[];
}

/** How many floats a shape holds. */
export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, side) => product * side, 1);
