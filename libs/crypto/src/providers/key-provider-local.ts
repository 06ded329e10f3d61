import { stat } from 'node:fs/promises';
import type { NodeMaterialsManager } from '@aws-crypto/client-node';
import { KEY_PURPOSES, type KeyPurpose, SluiceError } from '@sluice/contracts';
import type { KeyProvider } from './key-provider.js';
import { masterKeyPath, readOrCreateMasterKey } from './master-key-file.js';
import { rawAesMaterials } from './raw-aes.js';

const NAMESPACE = 'sluice-local';

/** Keys for one machine: every data key is wrapped under one master key file, by purpose. @throws SluiceError CRYPTO_MASTER_KEY_INVALID */
export async function openLocalKeyProvider(folder: string): Promise<KeyProvider> {
  const master = await readOrCreateMasterKey(folder);
  const byPurpose = Object.fromEntries(
    KEY_PURPOSES.map((purpose) => [purpose, rawAesMaterials(master, NAMESPACE, purpose)]),
  );
  master.fill(0);
  return {
    materials: (purpose: KeyPurpose) => byPurpose[purpose] as NodeMaterialsManager,
    async probe() {
      await stat(masterKeyPath(folder)).catch((cause: unknown) => {
        throw new SluiceError('CRYPTO_KEYS_UNAVAILABLE', { detail: 'the master key file is gone', cause });
      });
    },
    async close() {},
  };
}
