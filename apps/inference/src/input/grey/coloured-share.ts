import { toRgb8, type Raster } from '@sluice/dicom';
import type { Box } from '../region.js';

/** Red, green and blue of a grey pixel are closer than this; lossy compression and a slight tint stay below. */
const COLOURED_FROM = 48;

/** Which share of a part of a frame is in colour, as flow (Doppler) and stiffness (elastography) are drawn; 0 where there is none. Throws DICOM_PIXELS_UNSUPPORTED. */
export function colouredShare(raster: Raster, box: Box): number {
  if (raster.samplesPerPixel === 1 && raster.photometric !== 'PALETTE COLOR') return 0;
  const { width, data } = toRgb8(raster);
  let coloured = 0;
  for (let y = box.top; y < box.top + box.height; y += 1)
    for (let x = box.left; x < box.left + box.width; x += 1) {
      const at = 3 * (y * width + x);
      const [red, green, blue] = [data[at], data[at + 1], data[at + 2]] as [number, number, number];
      if (Math.max(red, green, blue) - Math.min(red, green, blue) >= COLOURED_FROM) coloured += 1;
    }
  return coloured / (box.width * box.height);
}
