import { type Picture, type Raster, toGrey8, toRgb8 } from '@sluice/dicom';

/** What luminance shows of a difference in colour may be less than this where people read it with ease. */
const HIDDEN_SHADES = 24;
/** Fewer pixels than a letter has. */
const ALIKE_BUT_FOR = 8;

/**
 * A frame as its luminance shows it, and, where that hides a difference in colour, by the strongest of red, green and blue: dark blue on black
 * and red on green are one grey.
 */
export function viewsOf(raster: Raster): readonly Picture[] {
  const grey = toGrey8(raster);
  if (raster.samplesPerPixel === 1 && raster.photometric !== 'PALETTE COLOR') return [grey];
  const strongest = strongestOf(toRgb8(raster));
  return isColourless(grey, strongest) ? [grey] : [grey, strongest];
}

function strongestOf({ width, height, data }: Picture): Picture {
  const out = Buffer.allocUnsafe(width * height);
  for (let at = 0; at < out.length; at += 1) {
    const [red, green, blue] = [
      data[3 * at] as number,
      data[3 * at + 1] as number,
      data[3 * at + 2] as number,
    ];
    out[at] = Math.max(red, green, blue);
  }
  return { width, height, channels: 1, data: out };
}

function isColourless(grey: Picture, strongest: Picture): boolean {
  let differing = 0;
  for (let at = 0; at < grey.data.length && differing <= ALIKE_BUT_FOR; at += 1)
    if (Math.abs((grey.data[at] as number) - (strongest.data[at] as number)) > HIDDEN_SHADES) differing += 1;
  return differing <= ALIKE_BUT_FOR;
}
