import type { NamedDataSet } from '@sluice/dicom';
import type { Contract } from '../../input/contract.js';
import type { FrameAnswer } from '../answer-frame.js';
import type { Lesion } from '../lesions/lesions.js';
import type { NewUid } from '../uids.js';

/** Which model answered; `digest` is the SHA-256 of its file, in hex. */
export interface ModelIdentity {
  readonly name: string;
  readonly version: string;
  readonly digest: string;
}

/** All that the results of one object are made of. */
export interface ResultRequest {
  /** The de-identified object's header. */
  readonly dataSet: NamedDataSet;
  readonly model: ModelIdentity;
  readonly contract: Contract;
  readonly frames: readonly FrameAnswer[];
  readonly newUid: NewUid;
}

/** A lesion with its number in all results (from 1) and where it was found. */
export interface NumberedLesion {
  readonly number: number;
  readonly lesion: Lesion;
  readonly frame: FrameAnswer;
  readonly trackingUid: string;
}

/** All lesions of an object, numbered frame by frame. */
export function numberedLesions({ frames, newUid }: ResultRequest): readonly NumberedLesion[] {
  return frames
    .flatMap((frame) => frame.lesions.map((lesion) => ({ lesion, frame })))
    .map((found, at) => ({ ...found, number: at + 1, trackingUid: newUid(`lesion-${at + 1}`) }));
}
