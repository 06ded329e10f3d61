import { ERRORS, isSluiceError, SluiceError, toSluiceError } from '@sluice/contracts';
import { splitPart10 } from '@sluice/dicom';
import type { BatchClosing } from '../batches/batch-closing.js';
import type { Batch } from '../batches/batches.js';
import { receiveInstance, type IntakeDoors } from '../receive-instance.js';
import type { Part } from './multipart.js';

/** What became of one part of a STOW-RS request. UIDs are empty where the part names none. */
export interface PartOutcome {
  readonly sopClassUID: string;
  readonly sopInstanceUID: string;
  /** Undefined: stored, durable. */
  readonly error?: SluiceError;
}

/** One STOW-RS request: its batch and who closes it when it is full, its parts, and the study that its path names, if any. */
export interface StoreRequest {
  readonly batch: Batch;
  readonly closing: Pick<BatchClosing, 'makeRoom'>;
  readonly parts: AsyncIterable<Part>;
  readonly studyInstanceUID?: string | undefined;
}

/** Parts of one request; more are refused. */
export const MAX_PARTS = 10_000;

/** Failure Reason (0008,1197) where a code has no DIMSE status of its own (PS3.18 Table I.2-2). */
const REASON_OF_KIND = { transient: 0xa700, permanent: 0xc000, fatal: 0x0110, unexpected: 0x0110 } as const;

/**
 * Stores the parts of one request, each on its own: a bad part does not take the others with it (PS3.18 10.5.3).
 * @throws SluiceError INTAKE_BODY_MALFORMED, INTAKE_BODY_TOO_SLOW, and fatal ones
 */
export async function storeInstances(
  doors: IntakeDoors,
  request: StoreRequest,
): Promise<readonly PartOutcome[]> {
  const outcomes: PartOutcome[] = [];
  for await (const part of request.parts) {
    if (outcomes.length >= MAX_PARTS)
      throw new SluiceError('INTAKE_BODY_MALFORMED', { detail: 'too many parts' });
    request.closing.makeRoom(request.batch);
    outcomes.push(await storePart(doors, request, part));
  }
  return outcomes;
}

async function storePart(doors: IntakeDoors, request: StoreRequest, part: Part): Promise<PartOutcome> {
  let known = { sopClassUID: '', sopInstanceUID: '' };
  try {
    if (part.contentType !== 'application/dicom') throw new SluiceError('INTAKE_MEDIA_TYPE_REFUSED');
    const { meta, dataSet } = await splitPart10(part.body);
    known = {
      sopClassUID: meta.mediaStorageSOPClassUID ?? '',
      sopInstanceUID: meta.mediaStorageSOPInstanceUID ?? '',
    };
    return await receiveInstance(doors, {
      batch: request.batch,
      door: 'stow',
      // What the file meta says is replaced: real archives hold files whose data set was changed after it was written.
      claimed: { studyInstanceUID: request.studyInstanceUID },
      transferSyntaxUID: meta.transferSyntaxUID,
      priority: 'medium',
      dataSet,
    });
  } catch (thrown) {
    const error = toSluiceError(thrown);
    // The request itself is over, or the process is: neither is this part's fault.
    if (error.kind === 'fatal' || BROKEN_BODY.has(error.code)) throw error;
    return { ...known, error };
  }
}

const BROKEN_BODY: ReadonlySet<string> = new Set(['INTAKE_BODY_MALFORMED', 'INTAKE_BODY_TOO_SLOW']);

/** Failure Reason (0008,1197) of an error: its DIMSE status. */
export function failureReason(error: SluiceError): number {
  if (!isSluiceError(error)) return REASON_OF_KIND.unexpected;
  return ERRORS[error.code].dimse ?? REASON_OF_KIND[error.kind];
}
