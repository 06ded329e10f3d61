import { PIXEL_SYNTAXES, RLE_LOSSLESS, type PixelSyntax } from '../pixel-syntaxes.table.js';
import { wantsPlanes, type PixelDescription } from '../frames/describe-pixels.js';

/** What a masked object is written in. */
export interface MaskedSyntax extends PixelSyntax {
  readonly uid: string;
  /** Frames without a mask keep their encoded bytes. */
  readonly same: boolean;
}

/** Five wavelet decompositions, as the encoder makes them, need this many rows and columns. */
const LEAST_SIDE = 32;

/**
 * The written rule: the syntax stays where it is lossless; a lossy one becomes the lossless one of its family; what that family's
 * encoder does not give back exactly becomes RLE.
 */
export function maskedSyntax(description: PixelDescription): MaskedSyntax {
  const { transferSyntaxUID, syntax } = description;
  const target = PIXEL_SYNTAXES.get(syntax.masked);
  if (!target) throw new TypeError('a masked syntax is not in the table');
  const uid = encodes(target, description) ? syntax.masked : RLE_LOSSLESS;
  const found = PIXEL_SYNTAXES.get(uid) ?? target;
  return { ...found, uid, same: uid === transferSyntaxUID && !movesAnew(found, description) };
}

function encodes({ codec }: PixelSyntax, description: PixelDescription): boolean {
  const { rows, columns, bitsAllocated, signed, photometric, syntax } = description;
  // JPEG Lossless holds its pixels one by one (PS3.5 8.2.1).
  if (codec === 'jpeg' && syntax.lossy && wantsPlanes(description)) return false;
  // What it would move is no RGB.
  if (codec === 'htj2k') return !photometric.startsWith('YBR_FULL') && !photometric.startsWith('YBR_PARTIAL');
  if (codec !== 'jpeg-2000') return true;
  return rows >= LEAST_SIDE && columns >= LEAST_SIDE && !(signed && bitsAllocated === 8);
}

/** The HTJ2K encoder always moves colour (RCT), whatever it is told: then the header must say so, of every frame. */
function movesAnew({ codec }: PixelSyntax, { samplesPerPixel, photometric }: PixelDescription): boolean {
  return codec === 'htj2k' && samplesPerPixel === 3 && photometric !== 'YBR_RCT';
}
