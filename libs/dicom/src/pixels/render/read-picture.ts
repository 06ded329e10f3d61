import { SluiceError } from '@sluice/contracts';
import type { Picture } from './render.js';

const MOST_SIDE = 8192;
const MOST_BYTES = 64 * 1024 * 1024;
const FORMATS = ['jpeg', 'png'];

/**
 * A JPEG or PNG file as a grey picture, colours by their luminance (ITU-R BT.601, in whole numbers), for pictures that are no
 * DICOM objects. @throws SluiceError DICOM_PIXELS_UNSUPPORTED for what is neither or too large
 */
export async function readGreyPicture(bytes: Buffer): Promise<Picture> {
  if (bytes.length > MOST_BYTES) throw unreadable('the file is too large');
  // Loaded when the first picture is read: most processes that read objects read none.
  const { default: sharp } = await import('sharp');
  try {
    const image = sharp(bytes, { limitInputPixels: MOST_SIDE * MOST_SIDE, failOn: 'error' });
    const { format } = await image.metadata();
    if (!FORMATS.includes(format ?? '')) throw unreadable('neither jpeg nor png');
    const { data, info } = await image
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (Math.max(info.width, info.height) > MOST_SIDE) throw unreadable('too many pixels on a side');
    return { width: info.width, height: info.height, channels: 1, data: greyOf(data, info.channels) };
  } catch (cause) {
    if (cause instanceof SluiceError) throw cause;
    throw unreadable('not a picture that can be read', cause);
  }
}

function greyOf(data: Buffer, channels: number): Buffer {
  if (channels === 1) return data;
  const grey = Buffer.allocUnsafe(data.length / channels);
  for (let at = 0; at < grey.length; at += 1) {
    const [red, green, blue] = [0, 1, 2].map((channel) => data[at * channels + channel] ?? 0);
    grey[at] = (red! * 19_595 + green! * 38_470 + blue! * 7_471 + 0x8000) >> 16;
  }
  return grey;
}

function unreadable(detail: string, cause?: unknown): SluiceError {
  return new SluiceError('DICOM_PIXELS_UNSUPPORTED', { detail, cause });
}
