import { endianness } from 'node:os';
import { type ErrorCode, SluiceError } from '@sluice/contracts';
import { z } from 'zod';
import { sizeOf, type Tensor } from '../model/tensor.js';

/** Open Inference Protocol v2 with the binary tensor extension: JSON first, then the tensors' bytes, 32-bit floats, little-endian. */
export interface V2Message {
  /** Length of the JSON; a message without bytes after it has none. */
  readonly jsonBytes: number | undefined;
  readonly body: Buffer;
}

/** The header that says where the JSON ends. */
export const JSON_LENGTH_HEADER = 'inference-header-content-length';
/** The JSON part of a message, in bytes, where the tensors come as bytes. */
export const MOST_JSON_BYTES = 64 * 1024;
const FLOAT_BYTES = 4;

const WireTensor = z.object({
  name: z.string().min(1).max(128),
  shape: z.array(z.int().positive().max(1_000_000)).min(1).max(8),
  datatype: z.literal('FP32'),
  parameters: z.object({ binary_data_size: z.int().nonnegative().optional() }).optional(),
  data: z.array(z.number()).optional(),
});
const OutputRequest = z.object({
  name: z.string().min(1).max(128),
  parameters: z.object({ binary_data: z.boolean().optional() }).optional(),
});
const Request = z.object({
  id: z.string().max(128).optional(),
  inputs: z.array(WireTensor).min(1).max(8),
  outputs: z.array(OutputRequest).max(16).optional(),
  parameters: z.object({ binary_data_output: z.boolean().optional() }).optional(),
});
const Response = z.object({ outputs: z.array(WireTensor).max(16) });

/** A request as it is understood: which outputs are wanted, and which of them as bytes. */
export interface V2Request {
  readonly id?: string | undefined;
  readonly inputs: readonly Tensor[];
  readonly wants: (output: string) => 'binary' | 'json' | undefined;
}

/** A request for every output as bytes. */
export function encodeRequest(inputs: readonly Tensor[]): V2Message {
  return encoded({ inputs: inputs.map(described), parameters: { binary_data_output: true } }, inputs);
}

/** @throws SluiceError INFERENCE_REQUEST_INVALID */
export function decodeRequest(message: V2Message): V2Request {
  const code = 'INFERENCE_REQUEST_INVALID';
  const { json, binary } = split(message, code);
  const { id, inputs, outputs, parameters } = parsed(Request, json, code);
  const asBytes = parameters?.binary_data_output ?? false;
  return {
    id,
    inputs: tensorsOf(inputs, binary, code),
    wants: (name) => {
      const asked = outputs?.find((output) => output.name === name);
      if (outputs && !asked) return undefined;
      return (asked?.parameters?.binary_data ?? asBytes) ? 'binary' : 'json';
    },
  };
}

/** An answer: the wanted outputs, each as it was asked for. */
export function encodeResponse(
  model: { readonly name: string; readonly version: string },
  outputs: readonly Tensor[],
  { id, wants }: Pick<V2Request, 'id' | 'wants'>,
): V2Message {
  const wanted = outputs.filter(({ name }) => wants(name));
  const isBinary = ({ name }: Tensor) => wants(name) === 'binary';
  const json = {
    model_name: model.name,
    model_version: model.version,
    ...(id && { id }),
    outputs: wanted.map((output) =>
      isBinary(output)
        ? described(output)
        : { name: output.name, shape: output.shape, datatype: 'FP32', data: [...output.data] },
    ),
  };
  return encoded(json, wanted.filter(isBinary));
}

/** @throws SluiceError INFERENCE_SERVER_RUBBISH */
export function decodeResponse(message: V2Message): Tensor[] {
  const code = 'INFERENCE_SERVER_RUBBISH';
  const { json, binary } = split(message, code);
  return tensorsOf(parsed(Response, json, code).outputs, binary, code);
}

function described({ name, shape, data }: Tensor): object {
  return { name, shape, datatype: 'FP32', parameters: { binary_data_size: data.length * FLOAT_BYTES } };
}

function encoded(json: object, binary: readonly Tensor[]): V2Message {
  const head = Buffer.from(JSON.stringify(json));
  const body = Buffer.concat([head, ...binary.map(({ data }) => bytesOf(data))]);
  return { body, jsonBytes: binary.length > 0 ? head.length : undefined };
}

function split({ body, jsonBytes }: V2Message, code: ErrorCode): { json: Buffer; binary: Buffer } {
  const end = jsonBytes ?? body.length;
  if (!Number.isSafeInteger(end) || end < 2 || end > body.length)
    throw wrong(code, 'the json has no such length');
  if (jsonBytes !== undefined && end > MOST_JSON_BYTES) throw wrong(code, 'the json is too long');
  return { json: body.subarray(0, end), binary: body.subarray(end) };
}

function parsed<T>(schema: z.ZodType<T>, json: Buffer, code: ErrorCode): T {
  try {
    return schema.parse(JSON.parse(json.toString('utf8')));
  } catch (cause) {
    throw new SluiceError(code, { detail: 'the json is not of the protocol', cause });
  }
}

/** Tensors with bytes take them in their order; all bytes must be taken. */
function tensorsOf(wire: readonly z.infer<typeof WireTensor>[], binary: Buffer, code: ErrorCode): Tensor[] {
  let at = 0;
  const tensors = wire.map(({ name, shape, parameters, data }): Tensor => {
    const size = parameters?.binary_data_size;
    const floats = sizeOf(shape);
    if (size === undefined) {
      if (data?.length !== floats) throw wrong(code, 'a tensor has no data, or not as much as its shape');
      return { name, shape, data: Float32Array.from(data) };
    }
    if (size !== floats * FLOAT_BYTES || at + size > binary.length)
      throw wrong(code, 'a tensor has not as many bytes as its shape');
    at += size;
    return { name, shape, data: floatsOf(binary.subarray(at - size, at)) };
  });
  if (at !== binary.length) throw wrong(code, 'there are more bytes than tensors');
  return tensors;
}

const IS_LITTLE = endianness() === 'LE';

function bytesOf(data: Float32Array): Buffer {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return IS_LITTLE ? bytes : Buffer.from(bytes).swap32();
}

/** A copy: the bytes may lie anywhere, floats must be aligned. */
function floatsOf(bytes: Buffer): Float32Array {
  const copy = new Uint8Array(bytes);
  if (!IS_LITTLE) Buffer.from(copy.buffer).swap32();
  return new Float32Array(copy.buffer);
}

function wrong(code: ErrorCode, detail: string): SluiceError {
  return new SluiceError(code, { detail });
}
