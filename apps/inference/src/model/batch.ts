import { sizeOf, type Tensor } from './tensor.js';

/** Single pictures (first axis 1) as one batch: each input with all of its pictures behind each other. */
export function joinBatch(pictures: readonly (readonly Tensor[])[]): Tensor[] {
  const [first = []] = pictures;
  if (pictures.length === 1) return [...first];
  return first.map(({ name, shape }, input) => {
    const size = sizeOf(shape);
    const data = new Float32Array(size * pictures.length);
    pictures.forEach((inputs, at) => data.set(inputs[input]?.data ?? [], at * size));
    return { name, shape: [pictures.length, ...shape.slice(1)], data };
  });
}

/** The outputs of a batch of `count`, picture by picture. The numbers are not copied. */
export function splitBatch(outputs: readonly Tensor[], count: number): Tensor[][] {
  return Array.from({ length: count }, (_, at) =>
    outputs.map(({ name, shape, data }) => {
      const size = data.length / count;
      return { name, shape: [1, ...shape.slice(1)], data: data.subarray(at * size, (at + 1) * size) };
    }),
  );
}
