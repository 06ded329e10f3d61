import { createHmac } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { NodeMaterialsManager } from '@aws-crypto/client-node';
import {
  isSigning,
  KEY_PURPOSES,
  type KeyPurpose,
  type SigningPurpose,
  SluiceError,
} from '@sluice/contracts';
import type { SecretShelf } from '../keys.js';
import type { Signing } from '../release/signing.js';
import type { KeyProvider } from './key-provider.js';
import { masterKeyPath, readOrCreateMasterKey } from './master-key-file.js';
import { requireOurKey } from './our-key.js';
import { rawAesMaterials } from './raw-aes.js';
import { localSigning } from './signing-local.js';

const NAMESPACE = 'sluice-local';

/**
 * Keys for one machine: every data key is wrapped under one master key file, by purpose.
 * @throws SluiceError CRYPTO_MASTER_KEY_INVALID, CRYPTO_MASTER_KEY_MISSING
 */
export async function openLocalKeyProvider(folder: string, shelf: SecretShelf): Promise<KeyProvider> {
  const master = await readOrCreateMasterKey(folder, shelf);
  const byPurpose = Object.fromEntries(
    KEY_PURPOSES.filter((purpose) => !isSigning(purpose)).map((purpose) => [
      purpose,
      masterMaterials(master, purpose),
    ]),
  );
  const signing: Record<SigningPurpose, Signing> = {
    'release-signing': localSigning(master, 'release-signing'),
  };
  master.fill(0);
  return {
    materials: (purpose) => byPurpose[purpose] as NodeMaterialsManager,
    signing: (purpose) => signing[purpose],
    async probe() {
      await stat(masterKeyPath(folder)).catch((cause: unknown) => {
        throw new SluiceError('CRYPTO_KEYS_UNAVAILABLE', { detail: 'the master key file is gone', cause });
      });
    },
    async close() {},
  };
}

/** The key's name tells one master key from another, so that a wrong one is not taken for a changed message. */
function masterMaterials(master: Buffer, purpose: KeyPurpose): NodeMaterialsManager {
  const fingerprint = createHmac('sha256', master)
    .update('name of the master key')
    .digest('hex')
    .slice(0, 16);
  const name = `${purpose}.${fingerprint}`;
  const materials = rawAesMaterials(master, NAMESPACE, name);
  return {
    getEncryptionMaterials: (request) => materials.getEncryptionMaterials(request),
    async decryptMaterials(request) {
      requireOurKey(request.encryptedDataKeys, { provider: NAMESPACE, info: name });
      return materials.decryptMaterials(request);
    },
  };
}
