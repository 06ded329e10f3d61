import { type EventData, SluiceError } from '@sluice/contracts';
import type { Keys } from '@sluice/crypto';
import { splitPart10 } from '@sluice/dicom';
import type { Store } from '@sluice/store';
import { newToken } from './batches/batches.js';
import { identify } from './identify.js';
import type { Peer } from './peers.js';
import { readIdentifiers } from './read-identifiers.js';

const ATTEMPT = /^[0-9a-f]{32}$/;

/** A staged delivery, and the peers of its tenant: who of them sent it stands in no object. */
export interface StagedDelivery {
  /** `staging/<tenant>/raw/<instanceKey>/<attempt>`. */
  readonly name: string;
  /** The first one's name is said, unless the patient is another one's. */
  readonly peers: readonly Peer[];
  /** When it came, as far as is known. */
  readonly receivedAt: Date;
  /** The subject that a study is known to be of. */
  subjectOf(studyKey: string): Promise<string | undefined>;
}

/**
 * What was said of a staged delivery when it came, out of the object alone: for one whose event and row were lost with corridor and database.
 * It is opened and identified anew, and must be the instance that its name says. Priority and batch are lost.
 * @throws SluiceError INTAKE_NAME_DIFFERS, INTAKE_SENDER_UNKNOWN, INTAKE_IDENTIFIERS_MISSING, STORE_*, CRYPTO_*, DICOM_*
 */
export async function receiveAgain(
  { store, keys }: { store: Store; keys: Keys },
  delivery: StagedDelivery,
): Promise<EventData<'instance.received.v1'>> {
  const { name, receivedAt, peers } = delivery;
  const [, tenant = '', , instanceKey, attempt = ''] = name.split('/');
  if (peers.some((peer) => peer.tenant !== tenant) || !ATTEMPT.test(attempt))
    throw nameDiffers('tenant or attempt');
  const object = await store.describe(name);
  if (!object) throw new SluiceError('STORE_OBJECT_MISSING');
  const plain = keys.staging(tenant, 'staging-raw').open(await store.get(object));
  const { meta, dataSet } = await splitPart10(plain);
  const { identifiers, replay } = await readIdentifiers(dataSet, meta.transferSyntaxUID);
  try {
    const tenantKeys = await keys.tenant(tenant, ['tenant-identity', 'tenant-content']);
    const { ids, peer } = await senderOf(delivery, (from) => identify(tenantKeys, from, identifiers));
    if (ids.instanceKey !== instanceKey) throw nameDiffers('instance');
    const content = tenantKeys.content(meta.transferSyntaxUID);
    for await (const chunk of replay) content.update(chunk);
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
  } finally {
    await replay.return?.();
  }
}

type Ids = ReturnType<typeof identify>;

/**
 * Of an instance's ids the subject alone depends on its sender, by the issuer of Patient IDs. Where the issuers of the peers make several
 * persons of it (the data set names no issuer), the one that its study is known to be of is meant, or nobody can tell.
 */
async function senderOf(
  { peers, subjectOf }: StagedDelivery,
  idsOf: (peer: Peer) => Ids,
): Promise<{ ids: Ids; peer: Peer }> {
  const byIssuer = new Map(peers.toReversed().map((peer) => [peer.issuer, peer]));
  const possible = peers
    .filter((peer) => byIssuer.get(peer.issuer) === peer)
    .map((peer) => ({ ids: idsOf(peer), peer }));
  const [first] = possible;
  if (!first) throw new SluiceError('INTAKE_SENDER_UNKNOWN');
  if (possible.every(({ ids }) => ids.subjectKey === first.ids.subjectKey)) return first;
  const known = await subjectOf(first.ids.studyKey);
  const meant = possible.find(({ ids }) => ids.subjectKey === known);
  if (!meant) throw new SluiceError('INTAKE_SENDER_UNKNOWN');
  return meant;
}

function nameDiffers(detail: string): SluiceError {
  return new SluiceError('INTAKE_NAME_DIFFERS', { detail });
}
