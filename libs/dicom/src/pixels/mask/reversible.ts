import type { Codec } from '../codecs/codec.types.js';

const COD = 0xff52;
const COC = 0xff53;
const SOT = 0xff90;
const SOD = 0xff93;
const SOF_LS = 0xfff7;
const SOS = 0xffda;
/** Headers have a dozen; a codestream of more is not walked. */
const MOST_MARKERS = 10_000;

/**
 * True where a codestream in a syntax that may be lossy was coded without loss: JPEG 2000 and HTJ2K by the reversible 5-3 wavelet in every tile
 * (ISO 15444-1 A.6.1), JPEG-LS with NEAR 0 (ISO 14495-1 C.2.3). Whether layers were left out it does not say: who wrote the header knows.
 */
export function isReversible(codec: Codec, stream: Buffer): boolean {
  if (codec === 'jpeg-2000' || codec === 'htj2k') return isReversibleWavelet(stream);
  return codec === 'jpeg-ls' && hasNoError(stream);
}

function isReversibleWavelet(stream: Buffer): boolean {
  let reversible = false;
  for (const { marker, at, end } of markersOf(stream)) {
    if (marker === COC) return false;
    // Scod, SGcod (4), levels, block width, height, style, then the transformation: 1 is 5-3.
    if (marker === COD && stream[at + 13] !== 1) return false;
    if (marker === COD) reversible = true;
    // A tile-part with coding of its own is not looked into.
    if (marker === SOT && (end + 2 > stream.length || stream.readUInt16BE(end) !== SOD)) return false;
  }
  return reversible;
}

function hasNoError(stream: Buffer): boolean {
  let components: number | undefined;
  for (const { marker, at } of markersOf(stream)) {
    if (marker === SOF_LS) components = stream[at + 9];
    if (marker !== SOS) continue;
    const inScan = stream[at + 4] ?? 0;
    return inScan === components && stream[at + 5 + 2 * inScan] === 0;
  }
  return false;
}

interface Marker {
  readonly marker: number;
  readonly at: number;
  /** Where what follows the segment begins. */
  readonly end: number;
}

/** Segments of the headers, from tile-part to tile-part. */
function* markersOf(stream: Buffer): Generator<Marker> {
  let at = 2;
  for (let count = 0; count < MOST_MARKERS && at + 4 <= stream.length; count += 1) {
    const marker = stream.readUInt16BE(at);
    if (marker >>> 8 !== 0xff) return;
    const end = at + 2 + stream.readUInt16BE(at + 2);
    yield { marker, at, end };
    if (marker === SOS) return;
    if (marker !== SOT) at = end;
    else if (at + 10 > stream.length || stream.readUInt32BE(at + 6) < 12) return;
    else at += stream.readUInt32BE(at + 6);
  }
}
