import {
  KmsKeyringNode,
  type KmsNodeClientSupplier,
  NodeDefaultCryptographicMaterialsManager,
  type NodeMaterialsManager,
} from '@aws-crypto/client-node';
import type { KMS } from '@aws-sdk/client-kms';
import { isSluiceError, type KeyPurpose, SluiceError } from '@sluice/contracts';
import type { KeyProvider } from './key-provider.js';
import { type KmsCredentials, openKmsClient } from './kms-client.js';
import { kmsError } from './kms-errors.js';
import { requireOurKey } from './our-key.js';
import { kmsSigning } from './signing-kms.js';

/**
 * Keys of AWS KMS, one per purpose, each found by its alias at first use. The Encryption SDK opens only under the key's own ARN,
 * so a key is rotated in place and its alias never moved. A service needs DescribeKey, GenerateDataKey, Decrypt on its purposes;
 * Sign and GetPublicKey where the purpose is signing.
 */
export function openKmsKeyProvider(url: string, credentials?: KmsCredentials): KeyProvider {
  const { client, aliasPrefix } = openKmsClient(url, credentials);
  const arns = new Map<KeyPurpose, Promise<string>>();

  const arnOf = (purpose: KeyPurpose): Promise<string> => {
    const known = arns.get(purpose);
    if (known) return known;
    const asking = describeKey(client, `${aliasPrefix}${purpose}`);
    arns.set(purpose, asking);
    asking.catch(() => arns.delete(purpose));
    return asking;
  };

  return {
    materials: (purpose) => kmsMaterials(client, () => arnOf(purpose)),
    signing: (purpose) => kmsSigning(client, () => arnOf(purpose)),
    async probe() {
      try {
        await describeKey(client, `${aliasPrefix}archive`);
      } catch (error) {
        // A refusal is an answer too: a service need not be granted the purpose that is asked about.
        if (!isSluiceError(error) || error.code === 'CRYPTO_KEYS_UNAVAILABLE') throw error;
      }
    },
    async close() {
      client.destroy();
    },
  };
}

async function describeKey(client: KMS, alias: string): Promise<string> {
  try {
    const { KeyMetadata } = await client.describeKey({ KeyId: alias });
    if (KeyMetadata?.Arn) return KeyMetadata.Arn;
  } catch (cause) {
    throw kmsError(cause);
  }
  throw new SluiceError('CRYPTO_KEYS_UNAVAILABLE', { detail: 'the key service names no key' });
}

type KmsCalls = Exclude<ReturnType<KmsNodeClientSupplier>, false>;

/**
 * The SDK turns what the key service said into text: what was thrown is kept here, so that the reason stays certain.
 * An answer that cannot be used counts as none.
 */
function kmsMaterials(client: KMS, arn: () => Promise<string>): NodeMaterialsManager {
  async function attempt<T>(work: (materials: NodeMaterialsManager) => Promise<T>): Promise<T> {
    let asked = false;
    let said: unknown;
    const ask = <Answer>(answer: Promise<Answer>): Promise<Answer> => {
      asked = true;
      return answer.catch((error: unknown) => {
        said = error;
        throw error;
      });
    };
    const calls: KmsCalls = {
      generateDataKey: (input) => ask(client.generateDataKey(input)),
      encrypt: (input) => ask(client.encrypt(input)),
      decrypt: (input) => ask(client.decrypt(input)),
    };
    const keyring = new KmsKeyringNode({ generatorKeyId: await arn(), clientProvider: () => calls });
    return work(new NodeDefaultCryptographicMaterialsManager(keyring)).catch((error: unknown) => {
      throw asked ? kmsError(said) : error;
    });
  }
  return {
    getEncryptionMaterials: (request) => attempt((materials) => materials.getEncryptionMaterials(request)),
    async decryptMaterials(request) {
      requireOurKey(request.encryptedDataKeys, { provider: 'aws-kms', info: await arn() });
      return attempt((materials) => materials.decryptMaterials(request));
    },
  };
}
