import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { broken, CodecError } from './codec.types.js';

/** The codecs of dcmjs-codecs (libjpeg for 8, 12 and 16 bits, CharLS, OpenJPEG, OpenJPH), as one instance of its WASM module. */
export interface WasmCodecs {
  run(call: CodecCall): Uint8Array<ArrayBuffer>;
  /** Bytes of memory that it holds; they never shrink. */
  heldBytes(): number;
}

/** One call. Samples are `width` bytes each, little endian, colour by pixel. */
export interface CodecCall {
  readonly name: 'Jpeg' | 'JpegLs' | 'Jpeg2000' | 'HtJpeg2000';
  readonly op: 'Decode' | 'Encode';
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  readonly precision: number;
  readonly signed: boolean;
  readonly ybr: boolean;
  readonly transformColour: boolean;
  readonly byResolution: boolean;
  readonly bytes: Uint8Array;
  /** Memory that it may reach, bytes. */
  readonly maxHeldBytes: number;
}

type Exports = Readonly<Record<string, (...values: number[]) => number>> & {
  readonly memory: WebAssembly.Memory;
};

/** Places of the package's photometric interpretations and progression orders. */
const PHOTOMETRIC = { grey: 1, rgb: 3, ybr: 4 };
const RPCL = 2;
const LRCP = 0;
const FIRST_ORDER = 1;

let module: WebAssembly.Module | undefined;

function compiled(): WebAssembly.Module {
  const file = createRequire(import.meta.url).resolve('dcmjs-codecs/build/dcmjs-native-codecs.wasm');
  module ??= new WebAssembly.Module(readFileSync(file));
  return module;
}

/** A fresh instance: about 30 ms the first time. After an error it must not be used again. */
export function startWasmCodecs(): WasmCodecs {
  const state = { maxHeldBytes: Infinity };
  const text = (at: number, length: number) => Buffer.from(wasm.memory.buffer, at, length).toString('latin1');
  const instance = new WebAssembly.Instance(compiled(), {
    env: {
      onCodecsException: (at: number, length: number) => {
        throw broken(`the codec refused a frame in ${placeOf(text(at, length))}`);
      },
      onCodecsInfo: () => undefined,
      onCodecsTrace: () => undefined,
      emscripten_notify_memory_growth: () => {
        if (wasm.memory.buffer.byteLength > state.maxHeldBytes)
          throw new CodecError('DICOM_CODEC_FAILED', 'the codec wants too much memory');
      },
    },
    wasi_snapshot_preview1: withoutSystem(),
  });
  const wasm = instance.exports as unknown as Exports;
  wasm._initialize?.();
  return {
    run(call) {
      state.maxHeldBytes = call.maxHeldBytes;
      return call.op === 'Decode' ? decode(wasm, call) : encode(wasm, call);
    },
    heldBytes: () => wasm.memory.buffer.byteLength,
  };
}

/** The codec's own messages may quote what they read: only the name of the place that failed leaves. */
function placeOf(message: string): string {
  return /^[A-Za-z0-9]{1,40}/.exec(message)?.[0] ?? 'an unnamed place';
}

/** No files, no clock, no environment; what it prints is dropped. */
function withoutSystem(): WebAssembly.ModuleImports {
  return {
    proc_exit: () => {
      throw broken('the codec gave up');
    },
    clock_time_get: () => 0,
    fd_write: () => 8,
    fd_close: () => 0,
    fd_seek: () => 0,
    environ_sizes_get: () => 8,
    environ_get: () => 0,
  };
}

function call(wasm: Exports, name: string, ...values: number[]): number {
  const found = wasm[name];
  if (!found) throw new TypeError(`the codec module has no ${name}`);
  return found(...values);
}

function openContext(wasm: Exports, asked: CodecCall): number {
  const context = call(wasm, 'CreateCodecsContext');
  const colour = asked.ybr ? PHOTOMETRIC.ybr : PHOTOMETRIC.rgb;
  const facts: readonly [string, number][] = [
    ['Columns', asked.columns],
    ['Rows', asked.rows],
    ['BitsAllocated', asked.precision > 8 ? 16 : 8],
    ['BitsStored', asked.precision],
    ['SamplesPerPixel', asked.samplesPerPixel],
    ['PixelRepresentation', asked.signed ? 1 : 0],
    ['PlanarConfiguration', 0],
    ['PhotometricInterpretation', asked.samplesPerPixel === 1 ? PHOTOMETRIC.grey : colour],
  ];
  for (const [name, value] of facts) call(wasm, `Set${name}`, context, value);
  return context;
}

function decode(wasm: Exports, asked: CodecCall): Uint8Array<ArrayBuffer> {
  const context = openContext(wasm, asked);
  call(wasm, 'SetEncodedBufferSize', context, asked.bytes.length);
  new Uint8Array(wasm.memory.buffer).set(asked.bytes, call(wasm, 'GetEncodedBuffer', context));
  const parameters = call(wasm, 'CreateDecoderParameters');
  call(wasm, 'SetConvertColorspaceToRgb', parameters, 0);
  call(wasm, `Decode${asked.name}`, context, parameters);
  const decoded = copyOf(wasm, context, 'Decoded');
  call(wasm, 'ReleaseDecoderParameters', parameters);
  call(wasm, 'ReleaseCodecsContext', context);
  return decoded;
}

function encode(wasm: Exports, asked: CodecCall): Uint8Array<ArrayBuffer> {
  const context = openContext(wasm, asked);
  call(wasm, 'SetDecodedBufferSize', context, asked.bytes.length);
  new Uint8Array(wasm.memory.buffer).set(asked.bytes, call(wasm, 'GetDecodedBuffer', context));
  const parameters = call(wasm, 'CreateEncoderParameters');
  const choices: readonly [string, number][] = [
    ['Lossy', 0],
    ['SmoothingFactor', 0],
    ['SampleFactor', 0],
    ['Predictor', FIRST_ORDER],
    ['PointTransform', 0],
    ['AllowedLossyError', 0],
    ['ProgressionOrder', asked.byResolution ? RPCL : LRCP],
    ['AllowMct', asked.transformColour ? 1 : 0],
  ];
  for (const [name, value] of choices) call(wasm, `Set${name}`, parameters, value);
  call(wasm, `Encode${asked.name}`, context, parameters);
  const encoded = copyOf(wasm, context, 'Encoded');
  call(wasm, 'ReleaseEncoderParameters', parameters);
  call(wasm, 'ReleaseCodecsContext', context);
  return encoded;
}

/** In a buffer of its own, so that it can be handed over. */
function copyOf(wasm: Exports, context: number, kind: 'Decoded' | 'Encoded'): Uint8Array<ArrayBuffer> {
  const at = call(wasm, `Get${kind}Buffer`, context);
  const length = call(wasm, `Get${kind}BufferSize`, context);
  return new Uint8Array(wasm.memory.buffer, at, length).slice();
}
