import { SluiceError } from '@sluice/contracts';

/** Larger model files are not looked at, in bytes. */
export const MOST_MODEL_BYTES = 512 * 1024 * 1024;
/** Graphs inside of graphs; loops and branches nest, honest ones hardly. */
const MOST_DEPTH = 24;
const MOST_FIELDS = 4_000_000;
/** Operator sets that come with the runtime; any other would want code from somewhere. */
const OPERATORS = new Set(['', 'ai.onnx', 'ai.onnx.ml']);

/** Protobuf keeps 32 bits of a tag and drops what is above: field 13 must not look like another. */
const MOST_FIELD_NUMBER = 2 ** 29 - 1;
/** What the runtime's own format (a flatbuffer) has at its fifth byte: it would not be read as ONNX at all. */
const RUNTIME_FORMAT = 'ORTM';

const EXTERNAL_DATA = 13;
const DATA_LOCATION = 14;
const DOMAIN = 1;

type Part =
  'model' | 'training' | 'graph' | 'node' | 'attribute' | 'sparse' | 'function' | 'tensor' | 'operators';

/** Where tensors can be, by message and field number (onnx.proto3 of ONNX 1.19). */
const INSIDE: Readonly<Record<Part, Readonly<Record<number, Part>>>> = {
  model: { 7: 'graph', 8: 'operators', 20: 'training', 25: 'function' },
  training: { 1: 'graph', 2: 'graph' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  function: { 7: 'node', 9: 'operators', 11: 'attribute' },
  tensor: {},
  operators: {},
};

interface Field {
  readonly number: number;
  /** Start and end of what a length-delimited field holds; of a number's field its value. */
  readonly bytes: Buffer | undefined;
  readonly value: number;
}

/**
 * Reads an ONNX file's protobuf for what the runtime must not meet: data kept outside the file, operators that are not ONNX's.
 * A file that passes may still be no model. @throws SluiceError INFERENCE_MODEL_UNSAFE
 */
export function checkOnnxFile(bytes: Buffer): void {
  if (bytes.length > MOST_MODEL_BYTES) throw unsafe('the file is too large');
  if (bytes.subarray(4, 8).toString('latin1') === RUNTIME_FORMAT)
    throw unsafe('the file is of another format');
  const budget = { fields: MOST_FIELDS };
  let graphs = 0;
  for (const field of fieldsOf(bytes, budget)) {
    if (field.number === 7) graphs += 1;
    checkField('model', field, { budget, depth: 0 });
  }
  if (graphs !== 1) throw unsafe('the file has no graph, or several');
}

interface Walk {
  readonly budget: { fields: number };
  readonly depth: number;
}

function checkField(part: Part, field: Field, { budget, depth }: Walk): void {
  if (part === 'tensor' && isOutside(field)) throw unsafe('a tensor keeps its data outside the file');
  if (
    part === 'operators' &&
    field.number === DOMAIN &&
    !OPERATORS.has(field.bytes?.toString('latin1') ?? '?')
  )
    throw unsafe('the model wants operators that are not onnx');
  const inner = INSIDE[part][field.number];
  if (!inner) return;
  if (!field.bytes || depth >= MOST_DEPTH) throw unsafe('the file is damaged or nests too deep');
  for (const next of fieldsOf(field.bytes, budget)) checkField(inner, next, { budget, depth: depth + 1 });
}

const isOutside = ({ number, value }: Field): boolean =>
  number === EXTERNAL_DATA || (number === DATA_LOCATION && value !== 0);

function* fieldsOf(bytes: Buffer, budget: { fields: number }): Generator<Field> {
  for (let at = 0; at < bytes.length;) {
    budget.fields -= 1;
    if (budget.fields < 0) throw unsafe('the file has too many parts');
    const key = varint(bytes, at);
    const number = Math.floor(key.value / 8);
    if (number > MOST_FIELD_NUMBER) throw unsafe('the file is damaged');
    const body = bodyOf(bytes, key.end, key.value % 8);
    if (body.end > bytes.length) throw unsafe('the file is damaged');
    at = body.end;
    yield { number, bytes: body.bytes, value: body.value };
  }
}

interface Body {
  readonly end: number;
  readonly bytes: Buffer | undefined;
  readonly value: number;
}

function bodyOf(bytes: Buffer, at: number, wireType: number): Body {
  if (wireType === 0) {
    const { value, end } = varint(bytes, at);
    return { end, bytes: undefined, value };
  }
  if (wireType === 1) return { end: at + 8, bytes: undefined, value: 0 };
  if (wireType === 5) return { end: at + 4, bytes: undefined, value: 0 };
  if (wireType !== 2) throw unsafe('the file is damaged');
  const length = varint(bytes, at);
  const end = length.end + length.value;
  return { end, bytes: bytes.subarray(length.end, end), value: 0 };
}

/** At most ten bytes; what is above 2^53 loses its low bits, which only lengths would mind, and those are then too long. */
function varint(bytes: Buffer, at: number): { value: number; end: number } {
  let value = 0;
  for (let shift = 0; shift < 10; shift += 1) {
    const byte = bytes[at + shift];
    if (byte === undefined) throw unsafe('the file is damaged');
    value += (byte & 0x7f) * 2 ** (7 * shift);
    if (byte < 0x80) return { value, end: at + shift + 1 };
  }
  throw unsafe('the file is damaged');
}

function unsafe(detail: string): SluiceError {
  return new SluiceError('INFERENCE_MODEL_UNSAFE', { detail });
}
