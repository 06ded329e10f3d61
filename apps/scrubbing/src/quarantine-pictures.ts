import {
  blackedOut,
  type Codecs,
  decodeFrame,
  type EncodedFrame,
  readFrames,
  type Rectangle,
  toGrey8,
  toPng,
  toRgb8,
} from '@sluice/dicom';

/** Which pictures of an object are wanted. */
export interface PictureRequest {
  readonly codecs: Codecs;
  wants(frame: EncodedFrame): boolean;
  /** Longest side in pixels. */
  readonly maxSide: number;
  /** What is blacked out in the picture afterwards; where it says nothing of a frame there is no such picture. */
  readonly rectangles?: ((frame: number) => readonly Rectangle[]) | undefined;
}

/** A frame (from 0) as a person is shown it: as it came, or as it would be released. */
export interface ShownFrame {
  readonly when: 'before' | 'after';
  readonly frame: number;
  readonly png: Buffer;
  readonly width: number;
  readonly height: number;
}

/**
 * Pictures of the frames of a Part 10 file, read once from its beginning; whoever has enough stops. Grey is shown from its least to its
 * greatest value, so that no window hides a word. Throws what readFrames and decodeFrame throw.
 */
export async function* picturesOf(
  source: AsyncIterable<Uint8Array>,
  request: PictureRequest,
): AsyncGenerator<ShownFrame> {
  for await (const frame of readFrames(source)) if (request.wants(frame)) yield* shown(frame, request);
}

async function* shown(frame: EncodedFrame, request: PictureRequest): AsyncGenerator<ShownFrame> {
  const { index } = frame;
  const raster = await decodeFrame(frame, request.codecs);
  const grey = raster.samplesPerPixel === 1 && raster.photometric !== 'PALETTE COLOR';
  const picture = grey ? toGrey8(raster, { window: 'range' }) : toRgb8(raster);
  const { maxSide } = request;
  yield { when: 'before', frame: index, ...(await toPng(picture, { maxSide })) };
  const masks = request.rectangles?.(index);
  if (masks) yield { when: 'after', frame: index, ...(await toPng(blackedOut(picture, masks), { maxSide })) };
}
