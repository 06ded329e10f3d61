import type { Readable } from 'node:stream';
import { ERRORS, isSluiceError, toSluiceError, SluiceError } from '@sluice/contracts';
import { splitPart10 } from '@sluice/dicom';
import type { Batch } from '../batches.js';
import type { Part } from './multipart.js';
import { receiveInstance, type IntakeDoors } from '../receive-instance.js';

/** What became of one part of a STOW-RS request. UIDs are empty where the part names none. */
export interface PartOutcome {
  readonly sopClassUID: string;
  readonly sopInstanceUID: string;
  /** Undefined: stored, durable. */
  readonly error?: SluiceError;
}

/** One STOW-RS request: its batch, its parts, and the study that its path names, if any. */
export interface StoreRequest {
  readonly batch: Batch;
  readonly parts: AsyncIterable<Part>;
  readonly studyInstanceUID?: string;
}

const MAX_PARTS = 10_000;

/**
 * Stores the parts of one request, each on its own: a bad part does not take the others with it (PS3.18 10.5.3).
 * @throws SluiceError INTAKE_BODY_MALFORMED
 */
export async function storeInstances(
  doors: IntakeDoors,
  request: StoreRequest,
): Promise<readonly PartOutcome[]> {
  const outcomes: PartOutcome[] = [];
  for await (const part of request.parts) {
    if (outcomes.length >= MAX_PARTS)
      throw new SluiceError('INTAKE_BODY_MALFORMED', { detail: 'too many parts' });
    outcomes.push(await storePart(doors, request, part));
  }
  return outcomes;
}

async function storePart(doors: IntakeDoors, request: StoreRequest, part: Part): Promise<PartOutcome> {
  let known = { sopClassUID: '', sopInstanceUID: '' };
  try {
    if (part.contentType !== 'application/dicom') throw new SluiceError('INTAKE_MEDIA_TYPE_REFUSED');
    await doors.watermark.check();
    const { meta, dataSet } = await splitPart10(
      part.body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>,
    );
    const {
      mediaStorageSOPClassUID: sopClassUID,
      mediaStorageSOPInstanceUID: sopInstanceUID,
      transferSyntaxUID,
    } = meta;
    known = { sopClassUID: sopClassUID ?? '', sopInstanceUID: sopInstanceUID ?? '' };
    const claimed = {
      ...(sopClassUID && { sopClassUID }),
      ...(sopInstanceUID && { sopInstanceUID }),
      ...(request.studyInstanceUID && { studyInstanceUID: request.studyInstanceUID }),
    };
    await receiveInstance(doors, {
      batch: request.batch,
      claimed,
      transferSyntaxUID,
      priority: 'medium',
      dataSet,
    });
    return known;
  } catch (error) {
    await drain(part.body);
    return { ...known, error: toSluiceError(error) };
  }
}

/** The rest of a refused part must pass before the next can be read. */
async function drain(body: Readable): Promise<void> {
  try {
    for await (const chunk of body.iterator({ destroyOnReturn: false })) void chunk;
  } catch {
    // cut: the multipart reader says so
  }
}

/** Failure Reason (0008,1197) of an error: its DIMSE status (PS3.18 Table I.2-2). */
export function failureReason(error: SluiceError): number {
  if (!isSluiceError(error)) return 0x0110;
  const byKind = { transient: 0xa700, permanent: 0xc000, fatal: 0x0110, unexpected: 0x0110 };
  return ERRORS[error.code].dimse ?? byKind[error.kind];
}
