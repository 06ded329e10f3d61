import { unreadPixels } from '../../limits.js';
import { PALETTE_TAGS, type HeaderValue } from '../frames/describe-pixels.js';
import { expandSegments } from './palette-segments.js';

/** A palette as 8-bit colours; values below `first` take the first entry, above the last (PS3.3 C.7.6.3.1.5). */
export interface Palette {
  readonly first: number;
  readonly count: number;
  /** `count` entries each. */
  readonly red: Uint8Array;
  readonly green: Uint8Array;
  readonly blue: Uint8Array;
}

/** The palette of a header. Throws DICOM_PIXELS_UNSUPPORTED where it is cut or missing. */
export function paletteOf(values: ReadonlyMap<number, HeaderValue>, signed: boolean): Palette {
  const channels = PALETTE_TAGS.map(({ descriptor, data, segmented }) =>
    channelOf(values.get(descriptor), values.get(data) ?? values.get(segmented), !values.has(data)),
  );
  const [red, green, blue] = channels;
  const described = values.get(PALETTE_TAGS[0].descriptor);
  if (!red || !green || !blue || !described) throw unreadPixels('palette colour without its palette');
  const count = Math.min(red.length, green.length, blue.length);
  const first = shortAt(described, 1);
  return { first: signed && first > 0x7fff ? first - 0x10000 : first, count, red, green, blue };
}

function channelOf(
  descriptor: HeaderValue | undefined,
  data: HeaderValue | undefined,
  segmented: boolean,
): Uint8Array | undefined {
  if (!descriptor || !data || descriptor.value.length < 6) return undefined;
  const count = shortAt(descriptor, 0) || 0x10000;
  const deep = shortAt(descriptor, 2) > 8;
  if (segmented) {
    const expanded = expandSegments(wordsOf(data, deep), count);
    return expanded && Uint8Array.from(expanded, (entry) => (deep ? entry >>> 8 : entry));
  }
  const packed = !deep && data.value.length < 2 * count;
  if (data.value.length < (packed ? count : 2 * count)) return undefined;
  if (packed) return Uint8Array.from({ length: count }, (_, at) => data.value[at] as number);
  const entries = wordsOf(data, true).subarray(0, count);
  // Some writers put 8-bit entries into words that are said to be 16 bits deep.
  const shift = deep && entries.some((entry) => entry > 0xff) ? 8 : 0;
  return Uint8Array.from(entries, (entry) => entry >>> shift);
}

/** Entries as they are written: words, or bytes where they have 8 bits. */
function wordsOf(data: HeaderValue, deep: boolean): Uint16Array {
  if (!deep) return Uint16Array.from(data.value);
  return Uint16Array.from({ length: data.value.length >>> 1 }, (_, at) => shortAt(data, at));
}

function shortAt({ value, littleEndian }: HeaderValue, index: number): number {
  return littleEndian ? value.readUInt16LE(2 * index) : value.readUInt16BE(2 * index);
}

/** The stored value of the darkest entry. */
export function darkestOf({ first, count, red, green, blue }: Palette): number {
  let darkest = 0;
  let least = Infinity;
  for (let at = 0; at < count; at += 1) {
    const luminance = 299 * (red[at] as number) + 587 * (green[at] as number) + 114 * (blue[at] as number);
    if (luminance >= least) continue;
    least = luminance;
    darkest = at;
  }
  return first + darkest;
}
