import {
  decodeFrame,
  readFrames,
  readNamed,
  type Codecs,
  type DicomLimits,
  type NamedDataSet,
  type Raster,
} from '@sluice/dicom';
import type { Contract } from './contract.js';
import { fitOf, type Fitting, type Unfit } from './fits.js';
import { colouredShare } from './grey/coloured-share.js';
import { displayGrey, type Grey } from './grey/display-grey.js';
import { stretch } from './grey/stretch.js';
import { frameHeader } from './header.js';
import { cut, letterbox, placementOf, type Placement } from './place/letterbox.js';
import { spacingOf, type Spacing } from './spacing.js';

/** The bytes of a de-identified Part 10 object, from the first on, each time it is called. */
export type OpenObject = () => AsyncIterable<Uint8Array>;

/** An object that the model applies to. */
export interface ModelInput extends Fitting {
  readonly dataSet: NamedDataSet;
}

/** All pixels alike, or more of them in colour than the contract lets in. */
export type Unshown = 'blank' | 'coloured';

/** One frame, ready for the model. */
export interface ModelFrame {
  /** From 0. */
  readonly index: number;
  /** The model's square, row by row, float32 of 0-255; undefined for a frame that no model is shown. */
  readonly image: Float32Array | undefined;
  /** Why not. */
  readonly unshown: Unshown | undefined;
  readonly placement: Placement;
  readonly spacing: Spacing;
  /** The whole frame as a person sees it. */
  readonly grey: Grey;
}

/** Whether the model applies to an object, from its header alone. Throws DICOM_* for an object that cannot be read to its end. */
export async function readInput(
  open: OpenObject,
  contract: Contract,
  limits: Partial<DicomLimits> = {},
): Promise<ModelInput | Unfit> {
  const dataSet = await readNamed(open(), limits);
  const fitting = fitOf(dataSet, contract);
  return typeof fitting === 'string' ? fitting : { ...fitting, dataSet };
}

/** Frame by frame what the model is to see; one is held at a time. Throws DICOM_* for pixels that cannot be decoded. */
export async function* modelFrames(
  open: OpenObject,
  input: ModelInput,
  { contract, codecs, limits }: { contract: Contract; codecs: Codecs; limits?: Partial<DicomLimits> },
): AsyncGenerator<ModelFrame> {
  for await (const frame of readFrames(open(), limits)) {
    const header = frameHeader(input.dataSet, frame.index);
    const raster = await decodeFrame(frame, codecs);
    yield { index: frame.index, ...prepareFrame(raster, { header, input, contract }) };
  }
}

function prepareFrame(
  raster: Raster,
  { header, input, contract }: { header: NamedDataSet; input: ModelInput; contract: Contract },
): Omit<ModelFrame, 'index'> {
  const grey = displayGrey(raster, header);
  const { width: columns, height: rows } = grey;
  const crop = input.region?.box ?? { left: 0, top: 0, width: columns, height: rows };
  const spacing = spacingOf(header, input.region?.header);
  const placed = { columns, rows, crop, aspect: spacing.row / spacing.column };
  const placement = placementOf(placed, contract.input.letterbox.size);
  const shown = stretch(cut(grey, crop).data, contract.input.stretchBelowSteps);
  const isColoured = colouredShare(raster, crop) > contract.input.mostColoured;
  const unshown = isColoured ? 'coloured' : shown ? undefined : 'blank';
  const image = shown && !isColoured ? letterbox(shown, placement) : undefined;
  return { grey, placement, spacing, image, unshown };
}
