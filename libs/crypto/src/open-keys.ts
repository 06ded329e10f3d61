import type { NodeMaterialsManager } from '@aws-crypto/client-node';
import { SluiceError, type StagingPurpose } from '@sluice/contracts';
import type { Database } from '@sluice/database';
import type { Keys, SecretShelf, SubjectKeys } from './keys.js';
import { type OnKeysCall, watchedProvider, watchedSealer } from './keys-call.js';
import { createSealer } from './message/sealer.js';
import { cachedMaterials } from './providers/cached-materials.js';
import type { KeyProvider } from './providers/key-provider.js';
import { openKmsKeyProvider } from './providers/key-provider-kms.js';
import { openLocalKeyProvider } from './providers/key-provider-local.js';
import type { KmsCredentials } from './providers/kms-client.js';
import { openSecretRows } from './secrets/secret-rows.js';
import { subjectKeyring } from './secrets/subject-keys.js';
import { tenantKeyring } from './secrets/tenant-keys.js';

/** What a room gives the key service. */
export interface KeysOptions {
  readonly shelf: SecretShelf;
  /** Given by rooms that have one: subject secrets stand there too. */
  readonly database?: Database;
  /** For `aws-kms:`. */
  readonly credentials?: KmsCredentials;
  /** Told of each call that ended, for metrics. */
  readonly onCall?: OnKeysCall;
}

/**
 * Opens the key service of `url`: `local:DIR`, or `aws-kms:?endpoint=...&region=...&aliasPrefix=...`, whose keys are looked up at first use.
 * @throws SluiceError CRYPTO_URL_INVALID, CRYPTO_MASTER_KEY_INVALID, CRYPTO_MASTER_KEY_MISSING, DATABASE_UNAVAILABLE
 */
export async function openKeys(url: string, options: KeysOptions): Promise<Keys> {
  const onCall = options.onCall ?? ignore;
  const provider = watchedProvider(await openProvider(url, options), onCall);
  const rows = options.database && (await openSecretRows(options.database));
  const staging = stagingMaterials(provider);
  const signing = provider.signing('release-signing');
  const subjects = subjectKeyring(provider, { shelf: options.shelf, rows });
  return {
    staging: (tenant, purpose) => watchedSealer(createSealer(staging(purpose), { tenant, purpose }), onCall),
    tenant: tenantKeyring(provider, options.shelf),
    subject: (tenant, subjectKey) => watchedSubject(subjects.subject(tenant, subjectKey), onCall),
    signRelease: (message) => signing.sign(message),
    releaseKey: () => signing.publicKey(),
    probe: () => provider.probe(),
    async close() {
      subjects.clear();
      await provider.close();
    },
  };
}

const ignore = () => undefined;

const watchedSubject = (subject: SubjectKeys, onCall: OnKeysCall): SubjectKeys => ({
  archive: async (name, contentKey) => watchedSealer(await subject.archive(name, contentKey), onCall),
  archiveMore: async (name, contentKey) => watchedSealer(await subject.archiveMore(name, contentKey), onCall),
  openArchive: async (name, contentKey) => watchedSealer(await subject.openArchive(name, contentKey), onCall),
  pseudonym: () => subject.pseudonym(),
});

/** One cache of data keys per purpose, for the life of the process. */
function stagingMaterials(provider: KeyProvider) {
  const byPurpose = new Map<StagingPurpose, NodeMaterialsManager>();
  return (purpose: StagingPurpose): NodeMaterialsManager => {
    const materials = byPurpose.get(purpose) ?? cachedMaterials(provider.materials(purpose));
    byPurpose.set(purpose, materials);
    return materials;
  };
}

async function openProvider(url: string, { shelf, credentials }: KeysOptions): Promise<KeyProvider> {
  const folder = /^local:(.+)$/.exec(url)?.[1];
  if (folder) return openLocalKeyProvider(folder, shelf);
  if (url.startsWith('aws-kms:')) return openKmsKeyProvider(url, credentials);
  throw new SluiceError('CRYPTO_URL_INVALID', { detail: 'neither local:DIR nor aws-kms:?...' });
}
