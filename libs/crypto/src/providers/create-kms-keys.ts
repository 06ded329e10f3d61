import type { CreateKeyCommandInput, KMS } from '@aws-sdk/client-kms';
import { isSigning, KEY_PURPOSES, type KeyPurpose } from '@sluice/contracts';
import { type KmsCredentials, openKmsClient } from './kms-client.js';
import { kmsError } from './kms-errors.js';

/**
 * Creates the key and the alias of every purpose that has none. For set-up and tests, by someone who may create keys; a service
 * never does. @throws SluiceError CRYPTO_KEYS_UNAVAILABLE, CRYPTO_KEY_REFUSED, CRYPTO_URL_INVALID
 */
export async function createKmsKeys(url: string, credentials?: KmsCredentials): Promise<void> {
  const { client, aliasPrefix } = openKmsClient(url, credentials);
  try {
    for (const purpose of KEY_PURPOSES) await createKey(client, `${aliasPrefix}${purpose}`, kindOf(purpose));
  } catch (cause) {
    throw kmsError(cause);
  } finally {
    client.destroy();
  }
}

type KeyKind = Pick<CreateKeyCommandInput, 'KeySpec' | 'KeyUsage'>;

function kindOf(purpose: KeyPurpose): KeyKind {
  return isSigning(purpose) ? { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' } : {};
}

async function createKey(client: KMS, alias: string, kind: KeyKind): Promise<void> {
  if (await hasKey(client, alias)) return;
  const { KeyMetadata } = await client.createKey({ Description: alias, ...kind });
  const KeyId = KeyMetadata?.KeyId;
  try {
    await client.createAlias({ AliasName: alias, TargetKeyId: KeyId });
  } catch (error) {
    if ((error as Error).name !== 'AlreadyExistsException') throw error;
    await client.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
  }
}

async function hasKey(client: KMS, alias: string): Promise<boolean> {
  try {
    await client.describeKey({ KeyId: alias });
    return true;
  } catch (error) {
    if ((error as Error).name === 'NotFoundException') return false;
    throw error;
  }
}
