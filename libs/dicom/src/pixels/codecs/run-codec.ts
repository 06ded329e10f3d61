import { deflateRawSync, inflateRawSync } from 'node:zlib';
import {
  broken,
  CodecError,
  frameBytesOf,
  unsupported,
  type Codec,
  type CodecReply,
  type CodecTask,
  type CodedFrame,
  type DecodeTask,
  type EncodeTask,
  type FrameShape,
} from './codec.types.js';
import { decodeAgain } from './decode-again.js';
import { checkFacts, readCodestream, type CodestreamFacts } from './codestream.js';
import { release } from './release.js';
import { decodeRle, encodeRle } from './rle.js';
import { startWasmCodecs, type CodecCall, type WasmCodecs } from './wasm-codecs.js';

const MIB = 1024 * 1024;
/** Codecs hold samples as 32-bit integers, some twice, beside input and output. */
const HELD_PER_FRAME = 24;
const HELD_FLOOR_BYTES = 512 * MIB;
const HELD_MOST_BYTES = 2048 * MIB;
/** What an instance starts with, most of it never touched; one that grew past it is dropped after the frame. */
const KEPT_BYTES = 256 * MIB;

const WASM_NAMES: Partial<Record<Codec, CodecCall['name']>> = {
  jpeg: 'Jpeg',
  'jpeg-ls': 'JpegLs',
  'jpeg-2000': 'Jpeg2000',
  htj2k: 'HtJpeg2000',
};

let instance: WasmCodecs | undefined;

/** Runs one task; every failure is an answer. */
export function runCodec(task: CodecTask): CodecReply {
  try {
    return task.op === 'decode' ? { frame: decode(task) } : { bytes: encodeExactly(task) };
  } catch (error) {
    instance = undefined;
    if (error instanceof CodecError) return { code: error.code, detail: error.message };
    // A trap: the module stays inside of its own memory, so this says something of the frame alone.
    if (error instanceof WebAssembly.RuntimeError)
      return { code: 'DICOM_PIXELS_MALFORMED', detail: 'the codec broke down on a frame' };
    return { code: 'DICOM_CODEC_FAILED', detail: 'the codec failed' };
  }
}

function decode(task: DecodeTask): CodedFrame {
  const second = task.again ? decodeAgain(task) : undefined;
  if (second) return second;
  const { codec, shape, bytes } = task;
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const coding = { precision: shape.bitsAllocated, signed: false };
  const colour = shape.samplesPerPixel === 1 ? 'GREY' : shape.ybr ? 'YBR_FULL' : 'RGB';
  if (codec === 'rle') return { bytes: decodeRle(source, shape), colour, coding };
  if (codec === 'deflate') return { bytes: inflateFrame(source, shape), colour, coding };
  return decodeCodestream(codec, source, shape);
}

function decodeCodestream(codec: Codec, source: Buffer, shape: FrameShape): CodedFrame {
  const facts = readCodestream(codec, source);
  checkFacts(facts, shape);
  refuseDeepColour(codec, facts);
  const samples = callWasm(codec, {
    ...facts,
    op: 'Decode',
    shape,
    bytes: source.subarray(facts.start),
    ybr: facts.colour === 'YBR_FULL',
    transformColour: false,
    byResolution: false,
  });
  const width = facts.precision > 8 ? 2 : 1;
  if (samples.length !== shape.rows * shape.columns * shape.samplesPerPixel * width)
    throw broken('a codestream holds another number of samples than it says');
  return {
    bytes: resized(samples, { from: width, to: shape.bitsAllocated / 8, signed: facts.signed }),
    colour: colourOf(facts, shape),
    coding: { precision: facts.precision, signed: facts.signed },
  };
}

/** The package mixes the bytes of deep colour up in its J2K codecs (test: codecs.spec.ts); better refused than wrong. */
function refuseDeepColour(codec: Codec, facts: Pick<CodestreamFacts, 'components' | 'precision'>): void {
  if ((codec === 'jpeg-2000' || codec === 'htj2k') && facts.components > 1 && facts.precision > 8)
    throw unsupported('JPEG 2000 colour of more than 8 bits');
}

function colourOf(facts: CodestreamFacts, shape: FrameShape): CodedFrame['colour'] {
  if (shape.samplesPerPixel === 1) return 'GREY';
  return facts.colour ?? (shape.ybr ? 'YBR_FULL' : 'RGB');
}

function callWasm(
  codec: Codec,
  call: Omit<CodecCall, 'name' | 'rows' | 'columns' | 'samplesPerPixel' | 'maxHeldBytes'> & {
    readonly shape: FrameShape;
  },
): Uint8Array<ArrayBuffer> {
  const name = WASM_NAMES[codec];
  if (!name) throw unsupported('a frame that no codec here reads');
  instance ??= startWasmCodecs();
  const { rows, columns, samplesPerPixel } = call.shape;
  const wanted = HELD_FLOOR_BYTES + HELD_PER_FRAME * frameBytesOf(call.shape);
  const maxHeldBytes = Math.min(HELD_MOST_BYTES, wanted);
  const done = instance.run({ ...call, name, rows, columns, samplesPerPixel, maxHeldBytes });
  if (instance.heldBytes() > KEPT_BYTES) instance = undefined;
  return done;
}

/** One raw deflate stream per frame (PS3.5 A.4.13), held to the frame's own size. */
function inflateFrame(source: Buffer, shape: FrameShape): Uint8Array<ArrayBuffer> {
  const expected = frameBytesOf(shape);
  let inflated: Buffer;
  try {
    inflated = inflateRawSync(source, { maxOutputLength: expected + 1 });
  } catch {
    throw broken('a deflated frame cannot be inflated or is too long');
  }
  if (inflated.length - expected > 1 || inflated.length < expected)
    throw broken('a deflated frame has another length than the header says');
  return new Uint8Array(inflated.subarray(0, expected));
}

/** Encodes, decodes again and compares: what does not come back bit by bit is refused. */
function encodeExactly(task: EncodeTask): Uint8Array<ArrayBuffer> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = encode(task);
  } catch (error) {
    // The samples are ours: what the encoder has against them is no fault of the object.
    throw error instanceof CodecError && error.code === 'DICOM_PIXELS_MALFORMED'
      ? unsupported(`to encode: ${error.message}`)
      : error;
  }
  const again = decode({ op: 'decode', codec: task.codec, shape: task.shape, bytes });
  const exact = Buffer.compare(again.bytes, task.frame.bytes) === 0;
  release(again.bytes);
  if (!exact) throw unsupported('the codec does not give these samples back exactly');
  return bytes;
}

function encode({ codec, shape, frame, transformColour, byResolution }: EncodeTask): Uint8Array<ArrayBuffer> {
  if (frame.bytes.length !== frameBytesOf(shape)) throw broken('a frame to be encoded has another size');
  if (codec === 'rle') return encodeRle(frame.bytes, shape);
  if (codec === 'deflate') return new Uint8Array(deflateRawSync(frame.bytes));
  const { precision, signed } = frame.coding;
  refuseDeepColour(codec, { components: shape.samplesPerPixel, precision });
  const width = precision > 8 ? 2 : 1;
  const bytes = resized(frame.bytes, { from: shape.bitsAllocated / 8, to: width, signed });
  const ybr = frame.colour === 'YBR_FULL';
  return callWasm(codec, {
    op: 'Encode',
    shape,
    precision,
    signed,
    ybr,
    transformColour,
    byResolution,
    bytes,
  });
}

interface Widths {
  readonly from: number;
  readonly to: number;
  readonly signed: boolean;
}

/** Samples in more or fewer bytes each, little endian; signed ones keep their sign. */
function resized(samples: Uint8Array<ArrayBuffer>, { from, to, signed }: Widths): Uint8Array<ArrayBuffer> {
  if (from === to) return samples;
  const count = samples.length / from;
  const out = new Uint8Array(count * to);
  const shared = Math.min(from, to);
  for (let index = 0; index < count; index += 1) {
    for (let byte = 0; byte < shared; byte += 1)
      out[index * to + byte] = samples[index * from + byte] as number;
    if (signed && to > from && ((samples[index * from + from - 1] as number) & 0x80) !== 0)
      out.fill(0xff, index * to + from, (index + 1) * to);
  }
  return out;
}
