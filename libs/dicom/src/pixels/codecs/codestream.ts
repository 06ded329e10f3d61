import { broken, unsupported, type Codec, type FrameShape } from './codec.types.js';

/** What a codestream says of itself before it is decoded. */
export interface CodestreamFacts {
  readonly rows: number;
  readonly columns: number;
  readonly components: number;
  readonly precision: number;
  readonly signed: boolean;
  /** JPEG's lossless process. */
  readonly lossless: boolean;
  /** Where the codestream begins: J2K may stand inside JP2 boxes. */
  readonly start: number;
  /** What the codestream says of its decoded components (JPEG: markers; J2K: a transform that decoding undoes); undefined where it is silent. */
  readonly colour: 'RGB' | 'YBR_FULL' | undefined;
}

const MAX_SEGMENTS = 10_000;
const SOF_LS = 0xf7;
const FRAME_MARKERS = new Set([0xc0, 0xc1, 0xc2, 0xc3, SOF_LS]);
const SOF_LOSSLESS = 0xc3;
const FRAMES_NOT_READ = new Set([0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);

/** Reads the header of a JPEG, JPEG-LS or J2K codestream, bounded. Throws CodecError. */
export function readCodestream(codec: Codec, bytes: Buffer): CodestreamFacts {
  return codec === 'jpeg' || codec === 'jpeg-ls' ? readJpeg(bytes) : readJ2k(bytes);
}

/** Refuses a codestream of other dimensions than the header's: nothing is allocated for it. Throws CodecError. */
export function checkFacts(facts: CodestreamFacts, shape: FrameShape): void {
  if (facts.rows !== shape.rows || facts.columns !== shape.columns)
    throw broken('a codestream has other dimensions than the header');
  if (facts.components !== shape.samplesPerPixel)
    throw broken('a codestream has another number of components than the header has samples');
  if (facts.precision > 16) throw unsupported('samples of more than 16 bits in a codestream');
  if (facts.precision > shape.bitsAllocated)
    throw broken('a codestream has deeper samples than the header has bits');
}

interface JpegColour {
  adobe: number | undefined;
  jfif: boolean;
}

function readJpeg(bytes: Buffer): CodestreamFacts {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) throw broken('a JPEG frame has no SOI');
  const seen: JpegColour = { adobe: undefined, jfif: false };
  let at = 2;
  for (let count = 0; count < MAX_SEGMENTS; count += 1) {
    while (at < bytes.length && bytes[at] === 0xff && bytes[at + 1] === 0xff) at += 1;
    if (at + 4 > bytes.length) break;
    if (bytes[at] !== 0xff) throw broken('a JPEG marker is missing');
    const marker = bytes[at + 1] as number;
    const length = bytes.readUInt16BE(at + 2);
    if (length < 2) throw broken('a JPEG segment has no length');
    const segment = bytes.subarray(at + 4, at + 2 + length);
    if (FRAME_MARKERS.has(marker)) {
      const lossless = marker === SOF_LOSSLESS;
      return { ...frameFacts(segment, colourIsMarked(marker) ? seen : undefined), lossless };
    }
    if (FRAMES_NOT_READ.has(marker)) throw unsupported('a hierarchical or arithmetic JPEG process');
    noteColour(marker, segment, seen);
    at += 2 + length;
  }
  throw broken('a JPEG frame has no frame header');
}

function noteColour(marker: number, segment: Buffer, seen: JpegColour): void {
  if (marker === 0xe0 && segment.toString('latin1', 0, 4) === 'JFIF') seen.jfif = true;
  if (marker === 0xee && segment.length >= 12 && segment.toString('latin1', 0, 5) === 'Adobe')
    seen.adobe = segment[11];
}

/** Lossless processes move no colour, and writers mark it at random: there the header's word counts. */
function colourIsMarked(marker: number): boolean {
  return marker !== SOF_LOSSLESS && marker !== SOF_LS;
}

function frameFacts(segment: Buffer, seen: JpegColour | undefined): Omit<CodestreamFacts, 'lossless'> {
  if (segment.length < 6) throw broken('a JPEG frame header is cut');
  const components = segment[5] as number;
  if (segment.length < 6 + 3 * components) throw broken('a JPEG frame header is cut');
  const ids = Array.from({ length: components }, (_, index) => segment[6 + 3 * index] as number);
  return {
    precision: segment[0] as number,
    rows: segment.readUInt16BE(1),
    columns: segment.readUInt16BE(3),
    components,
    signed: false,
    start: 0,
    colour: components === 3 && seen ? jpegColour(seen, ids) : undefined,
  };
}

/** As libjpeg tells: Adobe's marker, JFIF, the component names; a header's word counts where these are silent. */
function jpegColour({ adobe, jfif }: JpegColour, ids: readonly number[]): 'RGB' | 'YBR_FULL' | undefined {
  if (adobe !== undefined) return adobe === 0 ? 'RGB' : 'YBR_FULL';
  if (jfif) return 'YBR_FULL';
  return Buffer.from(ids).toString('latin1') === 'RGB' ? 'RGB' : undefined;
}

function readJ2k(bytes: Buffer): CodestreamFacts {
  const start = codestreamStart(bytes);
  const header = bytes.subarray(start);
  if (header.length < 42 || header.readUInt32BE(0) !== 0xff4fff51)
    throw broken('a JPEG 2000 frame has no SOC and SIZ');
  const components = header.readUInt16BE(40);
  if (components === 0 || header.length < 42 + 3 * components) throw broken('a SIZ segment is cut');
  const depths = Array.from({ length: components }, (_, index) => header[42 + 3 * index] as number);
  const steps = header.subarray(42, 42 + 3 * components).filter((_, index) => index % 3 !== 0);
  if (depths.some((depth) => depth !== depths[0]) || steps.some((step) => step !== 1))
    throw unsupported('components of different depth or sampling');
  return {
    rows: header.readUInt32BE(12) - header.readUInt32BE(20),
    columns: header.readUInt32BE(8) - header.readUInt32BE(16),
    components,
    precision: ((depths[0] as number) & 0x7f) + 1,
    signed: ((depths[0] as number) & 0x80) !== 0,
    lossless: false,
    start,
    colour: components > 1 && movesColour(header) ? 'RGB' : undefined,
  };
}

/** The multiple component transform of the COD segment in the main header (ISO/IEC 15444-1 A.6.1). */
function movesColour(header: Buffer): boolean {
  let at = 2;
  for (let count = 0; count < MAX_SEGMENTS && at + 9 <= header.length; count += 1) {
    const marker = header.readUInt16BE(at);
    if (marker === 0xff52) return header[at + 8] === 1;
    const length = header.readUInt16BE(at + 2);
    if (marker === 0xff90 || length < 2) return false;
    at += 2 + length;
  }
  return false;
}

/** Some archives hold whole JP2 files: the codestream is their `jp2c` box. */
function codestreamStart(bytes: Buffer): number {
  if (bytes.length < 12 || bytes.toString('latin1', 4, 8) !== 'jP  ') return 0;
  let at = 0;
  for (let count = 0; count < 100 && at + 8 <= bytes.length; count += 1) {
    const length = bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === 'jp2c') return at + (length === 1 ? 16 : 8);
    if (length < 8) break;
    at += length;
  }
  throw broken('a JP2 file holds no codestream');
}
