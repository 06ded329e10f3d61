import { decode as decodeJpeg } from 'jpeg-js';
import jpeg from 'jpeg-lossless-decoder-js';
import { broken, type CodedFrame, type DecodeTask, type FrameShape } from './codec.types.js';
import { checkFacts, type CodestreamFacts, readCodestream } from './codestream.js';

const MOST_MEMORY_MIB = 1024;
const MOST_MEGAPIXELS = 256;

/**
 * Decodes a frame with other code than the first codec: JPEG of 8 bits (jpeg-js) and JPEG lossless (jpeg-lossless-decoder-js). Undefined where
 * there is none: what else npm has for JPEG-LS, JPEG 2000 and HTJ2K are builds of the same libraries. Throws CodecError.
 */
export function decodeAgain({ codec, shape, bytes }: DecodeTask): CodedFrame | undefined {
  if (codec !== 'jpeg') return undefined;
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const facts = readCodestream(codec, source);
  checkFacts(facts, shape);
  const { lossless } = facts;
  if (!lossless && facts.precision !== 8) return undefined;
  const samples = attempt(() => (lossless ? losslessSamples(source, facts) : jpegSamples(source, facts)));
  const colour = shape.samplesPerPixel === 1 ? 'GREY' : (facts.colour ?? (shape.ybr ? 'YBR_FULL' : 'RGB'));
  return {
    bytes: widened(samples, facts, shape),
    colour,
    coding: { precision: facts.precision, signed: false },
  };
}

/** What these decoders throw may quote what they read. */
function attempt(work: () => Uint8Array): Uint8Array {
  try {
    return work();
  } catch {
    throw broken('the second codec refused a frame');
  }
}

/** It gives three samples a pixel, of grey three alike. */
function jpegSamples(source: Buffer, { components }: CodestreamFacts): Uint8Array {
  const { data } = decodeJpeg(source, {
    useTArray: true,
    formatAsRGBA: false,
    colorTransform: false,
    tolerantDecoding: false,
    maxResolutionInMP: MOST_MEGAPIXELS,
    maxMemoryUsageInMB: MOST_MEMORY_MIB,
  });
  return components === 1 ? data.filter((_, at) => at % 3 === 0) : data;
}

function losslessSamples(source: Buffer, { precision }: CodestreamFacts): Uint8Array {
  const copy = new Uint8Array(source);
  const decoded = new jpeg.lossless.Decoder().decode(copy.buffer, 0, copy.length, precision > 8 ? 2 : 1);
  return new Uint8Array(decoded.buffer, decoded.byteOffset, decoded.byteLength);
}

/** Samples of the codestream's width in the header's. */
function widened(samples: Uint8Array, facts: CodestreamFacts, shape: FrameShape): Uint8Array<ArrayBuffer> {
  const from = facts.precision > 8 ? 2 : 1;
  const to = shape.bitsAllocated / 8;
  const count = shape.rows * shape.columns * shape.samplesPerPixel;
  if (samples.length !== count * from) throw broken('the second codec gives another number of samples');
  const out = new Uint8Array(count * to);
  for (let at = 0; at < count; at += 1)
    for (let byte = 0; byte < Math.min(from, to); byte += 1)
      out[at * to + byte] = samples[at * from + byte] as number;
  return out;
}
