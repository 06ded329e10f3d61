import { type EventData, SluiceError } from '@sluice/contracts';
import type { Keys } from '@sluice/crypto';
import { splitPart10 } from '@sluice/dicom';
import type { Store } from '@sluice/store';
import { newToken } from './batches/batches.js';
import { identify } from './identify.js';
import type { Peer } from './peers.js';
import { readIdentifiers } from './read-identifiers.js';

const ATTEMPT = /^[0-9a-f]{32}$/;

/** A staged delivery, and the peer that it is taken to be from. */
export interface StagedDelivery {
  /** `staging/<tenant>/raw/<instanceKey>/<attempt>`. */
  readonly name: string;
  readonly peer: Peer;
  /** When it came, as far as is known. */
  readonly receivedAt: Date;
}

/**
 * What was said of a staged delivery when it came, out of the object alone: for one whose event and row were lost with corridor and database.
 * It is opened and identified anew, and must be the instance that its name says. Priority and batch are lost.
 * @throws SluiceError INTAKE_NAME_DIFFERS, INTAKE_IDENTIFIERS_MISSING, STORE_*, CRYPTO_*, DICOM_*
 */
export async function receiveAgain(
  { store, keys }: { store: Store; keys: Keys },
  { name, peer, receivedAt }: StagedDelivery,
): Promise<EventData<'instance.received.v1'>> {
  const [, tenant = '', , instanceKey, attempt = ''] = name.split('/');
  const object = await store.describe(name);
  if (!object) throw new SluiceError('STORE_OBJECT_MISSING');
  if (tenant !== peer.tenant || !ATTEMPT.test(attempt)) throw nameDiffers('tenant or attempt');
  const plain = keys.staging(tenant, 'staging-raw').open(await store.get(object));
  const { meta, dataSet } = await splitPart10(plain);
  const { identifiers, replay } = await readIdentifiers(dataSet, meta.transferSyntaxUID);
  const tenantKeys = await keys.tenant(tenant, ['tenant-identity', 'tenant-content']);
  const ids = identify(tenantKeys, peer, identifiers);
  const content = tenantKeys.content(meta.transferSyntaxUID);
  for await (const chunk of replay) content.update(chunk);
  if (ids.instanceKey !== instanceKey) throw nameDiffers('instance');
  return {
    ...ids,
    contentKey: content.digest(),
    attempt,
    object,
    sopClassUID: identifiers.SOPClassUID,
    transferSyntaxUID: meta.transferSyntaxUID,
    priority: 'medium',
    batchKey: newToken(),
    peer: peer.name,
    receivedAt: receivedAt.toISOString(),
  };
}

function nameDiffers(detail: string): SluiceError {
  return new SluiceError('INTAKE_NAME_DIFFERS', { detail });
}
