import { createHash } from 'node:crypto';
import { type EventData, SluiceError } from '@sluice/contracts';
import { splitPart10 } from '@sluice/dicom';
import type { NextEvent } from '@sluice/service';
import { analyticsOf } from './deid-instance.js';
import type { ArchivalDoors } from './doors.js';
import { openArchived } from './open-archived.js';

type Sealed = EventData<'object.sealed.v1'>;

/**
 * Reads an archived object back, opens it and compares it with what its event says: a raw object's data set with contentKey, a
 * released object's bytes with their SHA-256. Returns what analytics is told of a clean one.
 * @throws SluiceError ARCHIVAL_VERIFY_FAILED, and what opening throws
 */
export async function verifyObject(
  doors: ArchivalDoors,
  sealed: Sealed,
): Promise<NextEvent<'deid.instance.v1'>[]> {
  const plain = await openArchived(doors, sealed);
  if (sealed.objectKind === 'raw') return verifyRaw(doors, sealed, plain);
  const hash = createHash('sha256');
  const hashed = passing(plain, (chunk) => hash.update(chunk));
  const told = await (sealed.objectKind === 'clean' ? analyticsOf(sealed.tenant, hashed) : drained(hashed));
  if (sealed.plainDigest && hash.digest('hex') !== sealed.plainDigest) throw failed('released bytes differ');
  return told;
}

async function verifyRaw(
  doors: ArchivalDoors,
  sealed: Sealed,
  plain: AsyncIterable<Buffer>,
): Promise<never[]> {
  const { meta, dataSet } = await splitPart10(plain);
  const tenantKeys = await doors.keys.tenant(sealed.tenant, ['tenant-content']);
  const content = tenantKeys.content(meta.transferSyntaxUID);
  await drained(passing(dataSet, (chunk) => content.update(chunk)));
  if (content.digest() !== sealed.contentKey) throw failed('data set differs from what was received');
  return [];
}

async function* passing(
  source: AsyncIterable<Buffer>,
  watch: (chunk: Buffer) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    watch(chunk);
    yield chunk;
  }
}

async function drained(source: AsyncIterable<Buffer>): Promise<never[]> {
  for await (const chunk of source) void chunk;
  return [];
}

function failed(detail: string): SluiceError {
  return new SluiceError('ARCHIVAL_VERIFY_FAILED', { detail });
}
