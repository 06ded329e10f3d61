import { examine, type Finding, isSigning, KEY_PURPOSES, type KeyPurpose } from '@sluice/contracts';
import { openKmsClient, type KmsCredentials } from '../providers/kms-client.js';
import { kmsError } from '../providers/kms-errors.js';
import { openKeys } from '../open-keys.js';
import { checkKmsKey } from './check-kms-key.js';
import { checkLocalKeys } from './check-local-keys.js';
import { SHELF_IN_USE } from '../shelf-in-use.js';

/** Which keys to try, and as whom. */
export interface KeysCheck {
  /** Default: all. */
  readonly purposes?: readonly KeyPurpose[];
  readonly credentials?: KmsCredentials;
}

/**
 * Tries each purpose's key: that it is there, of its kind and enabled, wraps and unwraps, and refuses another encryption context.
 * Makes no key and keeps nothing. When the key service does not answer, that row alone. @throws SluiceError CRYPTO_URL_INVALID
 */
export async function checkKeys(url: string, check: KeysCheck = {}): Promise<readonly Finding[]> {
  const purposes = check.purposes ?? KEY_PURPOSES;
  return url.startsWith('aws-kms:')
    ? checkKms(url, purposes, check.credentials)
    : checkLocal(
        url,
        purposes.filter((purpose) => !isSigning(purpose)),
      );
}

async function checkKms(
  url: string,
  purposes: readonly KeyPurpose[],
  credentials: KmsCredentials | undefined,
): Promise<readonly Finding[]> {
  const { client, aliasPrefix } = openKmsClient(url, credentials);
  try {
    const reached = await examine('reachable', '', async () => {
      await client.describeKey({ KeyId: `${aliasPrefix}${purposes[0]}` }).catch((cause: unknown) => {
        const error = kmsError(cause);
        // A refusal is an answer too; the purpose has a row of its own.
        if (error.code === 'CRYPTO_KEYS_UNAVAILABLE') throw error;
      });
      return 'the key service answers';
    });
    if (reached.state === 'bad') return [reached];
    const keys = purposes.map((purpose) => checkKmsKey(client, `${aliasPrefix}${purpose}`, purpose));
    return [reached, ...(await Promise.all(keys))];
  } finally {
    client.destroy();
  }
}

async function checkLocal(url: string, purposes: readonly KeyPurpose[]): Promise<readonly Finding[]> {
  const reached = await examine('reachable', '', async () => {
    await (await openKeys(url, { shelf: SHELF_IN_USE })).close();
    return 'the master key file is there, for its owner alone';
  });
  if (reached.state === 'bad') return [reached];
  const keys = await openKeys(url, { shelf: SHELF_IN_USE });
  try {
    return [reached, await checkLocalKeys(keys, purposes)];
  } finally {
    await keys.close();
  }
}
