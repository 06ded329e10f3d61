import type { KMS } from '@aws-sdk/client-kms';
import { SluiceError } from '@sluice/contracts';
import { type PublicKey, readPublicKey } from '../release/public-key.js';
import type { Signing } from '../release/signing.js';
import { kmsError } from './kms-errors.js';

/** Signs by a key pair of KMS that never leaves it. Needs Sign to sign, GetPublicKey for the public half (asked once). */
export function kmsSigning(client: KMS, arn: () => Promise<string>): Signing {
  let known: Promise<PublicKey> | undefined;
  return {
    async sign(message) {
      const KeyId = await arn();
      const request = {
        KeyId,
        Message: message,
        MessageType: 'RAW',
        SigningAlgorithm: 'ECDSA_SHA_256',
      } as const;
      return Buffer.from(used(await client.sign(request).catch(refused), 'Signature'));
    },
    publicKey() {
      const asking = (known ??= askPublicKey(client, arn));
      asking.catch(() => (known = undefined));
      return asking;
    },
  };
}

async function askPublicKey(client: KMS, arn: () => Promise<string>): Promise<PublicKey> {
  const answer = await client.getPublicKey({ KeyId: await arn() }).catch(refused);
  return readPublicKey(used(answer, 'PublicKey'));
}

function refused(cause: unknown): never {
  throw kmsError(cause);
}

/** An answer that cannot be used counts as none. */
function used<K extends string>(answer: Partial<Record<K, Uint8Array>>, field: K): Uint8Array {
  const bytes = answer[field];
  if (bytes) return bytes;
  throw new SluiceError('CRYPTO_KEYS_UNAVAILABLE', { detail: `the key service gives no ${field}` });
}
