/** Writes small ONNX files, byte by byte: what tests run without a trained model. */

type Bytes = Buffer;

/** What is odd about a tiny model. */
export interface TinyModel {
  /** Pixels on a side. Default 8. */
  readonly size?: number;
  /** `mask` is the logarithm of a negative number. */
  readonly answersNaN?: boolean;
  /** A weight that lies in another file. */
  readonly external?: boolean;
  /** An operator set that no runtime has. */
  readonly operators?: string;
  /** Holds the mask of each picture so many times at once before it answers. */
  readonly copies?: number;
  /** Added to `image` before everything else. */
  readonly bias?: number;
}

const FLOAT = 1;
const INT64 = 7;

/**
 * `image` (n, 1, s, s) -> `mask` = sigmoid(image + bias), `probabilities` (n, 2) = (1 - m, m) and `logits` (n, 2) = (m, m), m the
 * mean of the mask.
 */
export function tinyModel(model: TinyModel = {}): Buffer {
  const { size = 8, external, operators, bias = 0, copies } = model;
  const picture = ['n', 1, size, size] as const;
  const graph = message(
    node('Add', ['image', 'bias'], ['moved']),
    ...maskNodes(model),
    node('GlobalAveragePool', ['mask'], ['pooled']),
    node('Flatten', ['pooled'], ['mean']),
    node('Sub', ['one', 'mean'], ['rest']),
    node('Concat', ['rest', 'mean'], ['probabilities'], axis(1)),
    node('Concat', ['mean', 'mean'], ['logits'], axis(1)),
    bytes(2, Buffer.from('tiny')),
    bytes(5, tensor('bias', bias, external)),
    bytes(5, tensor('one', 1)),
    ...(copies ? [bytes(5, shape('many', [1, copies, 1, 1]))] : []),
    bytes(11, port('image', picture)),
    bytes(12, port('mask', picture)),
    bytes(12, port('probabilities', ['n', 2])),
    bytes(12, port('logits', ['n', 2])),
  );
  const sets = [operatorSet('', 17), ...(operators ? [operatorSet(operators, 1)] : [])];
  return message(number(1, 8), bytes(7, graph), ...sets);
}

function maskNodes({ answersNaN, copies }: TinyModel): Bytes[] {
  if (answersNaN)
    return [
      node('Sigmoid', ['moved'], ['low']),
      node('Neg', ['low'], ['negative']),
      node('Log', ['negative'], ['mask']),
    ];
  if (!copies) return [node('Sigmoid', ['moved'], ['mask'])];
  return [
    node('Sigmoid', ['moved'], ['single']),
    node('Expand', ['single', 'many'], ['copies']),
    node('ReduceMax', ['copies'], ['mask'], axes(1)),
  ];
}

function node(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  ...rest: Bytes[]
): Bytes {
  return bytes(
    1,
    message(
      ...inputs.map((name) => bytes(1, Buffer.from(name))),
      ...outputs.map((name) => bytes(2, Buffer.from(name))),
      bytes(4, Buffer.from(operator)),
      ...rest,
    ),
  );
}

const axis = (value: number): Bytes =>
  bytes(5, message(bytes(1, Buffer.from('axis')), number(3, value), number(20, 2)));

const axes = (value: number): Bytes =>
  bytes(5, message(bytes(1, Buffer.from('axes')), number(8, value), number(20, 7)));

function shape(name: string, sides: readonly number[]): Bytes {
  const values = sides.map((side) => number(7, side));
  return message(number(1, sides.length), number(2, INT64), ...values, bytes(8, Buffer.from(name)));
}

function tensor(name: string, value: number, external = false): Bytes {
  const raw = Buffer.alloc(4);
  raw.writeFloatLE(value);
  const place = message(bytes(1, Buffer.from('location')), bytes(2, Buffer.from('/etc/hostname')));
  return message(
    number(2, FLOAT),
    bytes(8, Buffer.from(name)),
    ...(external ? [bytes(13, place), number(14, 1)] : [bytes(9, raw)]),
  );
}

function port(name: string, shape: readonly (string | number)[]): Bytes {
  const sides = shape.map((side) =>
    bytes(1, typeof side === 'number' ? number(1, side) : bytes(2, Buffer.from(side))),
  );
  const type = message(bytes(1, message(number(1, FLOAT), bytes(2, message(...sides)))));
  return message(bytes(1, Buffer.from(name)), bytes(2, type));
}

const operatorSet = (domain: string, version: number): Bytes =>
  bytes(8, message(bytes(1, Buffer.from(domain)), number(2, version)));

const message = (...fields: readonly Bytes[]): Bytes => Buffer.concat(fields);
const number = (field: number, value: number): Bytes => Buffer.concat([varint(field * 8), varint(value)]);
const bytes = (field: number, body: Bytes): Bytes =>
  Buffer.concat([varint(field * 8 + 2), varint(body.length), body]);

function varint(value: number): Bytes {
  const digits: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    digits.push(rest >= 128 ? (rest % 128) + 128 : rest);
    if (rest < 128) return Buffer.from(digits);
  }
}
