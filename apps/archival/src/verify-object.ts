import { createHash } from 'node:crypto';
import { type EventData, SluiceError } from '@sluice/contracts';
import { splitPart10 } from '@sluice/dicom';
import type { ArchivalDoors } from './doors.js';
import { openArchived } from './open-archived.js';

type Sealed = EventData<'object.sealed.v1'>;

/**
 * Reads an archived object back, opens it and compares it with what its event says: a raw object's data set with contentKey, a
 * released object's bytes with their SHA-256.
 * @throws SluiceError ARCHIVAL_VERIFY_FAILED, and what opening throws
 */
export async function verifyObject(doors: ArchivalDoors, sealed: Sealed): Promise<void> {
  const plain = await openArchived(doors, sealed);
  if (sealed.objectKind === 'raw') return verifyRaw(doors, sealed, plain);
  const hash = createHash('sha256');
  for await (const chunk of plain) hash.update(chunk);
  if (sealed.plainDigest && hash.digest('hex') !== sealed.plainDigest) throw failed('released bytes differ');
}

async function verifyRaw(doors: ArchivalDoors, sealed: Sealed, plain: AsyncIterable<Buffer>): Promise<void> {
  const { meta, dataSet } = await splitPart10(plain);
  const tenantKeys = await doors.keys.tenant(sealed.tenant, ['tenant-identity']);
  const content = tenantKeys.content(meta.transferSyntaxUID);
  for await (const chunk of dataSet) content.update(chunk);
  if (content.digest() !== sealed.contentKey) throw failed('data set differs from what was received');
}

function failed(detail: string): SluiceError {
  return new SluiceError('ARCHIVAL_VERIFY_FAILED', { detail });
}
