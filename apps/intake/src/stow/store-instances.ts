import type { Readable } from 'node:stream';
import { ERRORS, isSluiceError, toSluiceError, SluiceError } from '@sluice/contracts';
import { splitPart10 } from '@sluice/dicom';
import type { Batch } from '../batches.js';
import { accepts } from '../accepted.js';
import type { Part } from './multipart.js';
import { receiveInstance, type IntakeDoors } from '../receive-instance.js';

/** What became of one part of a STOW-RS request. */
export interface PartOutcome {
  readonly sopClassUID: string;
  readonly sopInstanceUID: string;
  /** Undefined: stored, durable. */
  readonly error?: SluiceError;
}

const MAX_PARTS = 10_000;

/**
 * Stores the parts of one request, each on its own: a bad part does not take the others with it (PS3.18 10.5.3).
 * `studyUID` is given when the request names a study: instances of others are refused.
 */
export async function storeInstances(
  doors: IntakeDoors,
  batch: Batch,
  parts: AsyncIterable<Part>,
): Promise<readonly PartOutcome[]> {
  const outcomes: PartOutcome[] = [];
  for await (const part of parts) {
    if (outcomes.length >= MAX_PARTS)
      throw new SluiceError('INTAKE_BODY_MALFORMED', { detail: 'too many parts' });
    outcomes.push(await storePart(doors, batch, part));
  }
  return outcomes;
}

async function storePart(doors: IntakeDoors, batch: Batch, part: Part): Promise<PartOutcome> {
  let known = { sopClassUID: '', sopInstanceUID: '' };
  try {
    if (part.contentType !== 'application/dicom') throw new SluiceError('INTAKE_MEDIA_TYPE_REFUSED');
    await doors.watermark.check();
    const { meta, dataSet } = await splitPart10(part.body);
    const { sopClassUID, sopInstanceUID, transferSyntaxUID } = meta;
    known = { sopClassUID, sopInstanceUID };
    if (!accepts(batch.peer, { sopClassUID, transferSyntaxUID }))
      throw new SluiceError('INTAKE_SOP_CLASS_REFUSED');
    await receiveInstance(doors, {
      batch,
      sopClassUID,
      sopInstanceUID,
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
