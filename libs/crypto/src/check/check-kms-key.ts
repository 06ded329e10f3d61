import { createPublicKey, randomBytes, verify } from 'node:crypto';
import type { KeyMetadata, KMS } from '@aws-sdk/client-kms';
import { examine, type Finding, isSigning, type KeyPurpose, lacking } from '@sluice/contracts';
import { kmsError } from '../providers/kms-errors.js';
import { PROBE_TENANT } from './probe-tenant.js';

/** What the key service says to another context or key than the right one (AWS KMS API reference, Decrypt). */
const OTHER_CONTEXT = ['InvalidCiphertextException', 'IncorrectKeyException'];

/** Tries the key behind `alias` as its purpose is used; keeps nothing. */
export function checkKmsKey(client: KMS, alias: string, purpose: KeyPurpose): Promise<Finding> {
  const kind = isSigning(purpose) ? 'ECC_NIST_P256 key pair for SIGN_VERIFY' : 'symmetric key';
  const fix = `Give ${alias} an enabled ${kind} of a key service that binds the encryption context.`;
  return examine(`key ${purpose}`, fix, async () => {
    try {
      const { KeyMetadata: key } = await client.describeKey({ KeyId: alias });
      if (!key?.Arn || !key.Enabled)
        lacking('CRYPTO_ABILITY_MISSING', `not enabled: ${key?.KeyState ?? '-'}`);
      return isSigning(purpose) ? await signs(client, key) : await wraps(client, key, purpose);
    } catch (cause) {
      throw kmsError(cause);
    }
  });
}

async function wraps(client: KMS, key: KeyMetadata, purpose: KeyPurpose): Promise<string> {
  if (key.KeySpec !== undefined && key.KeySpec !== 'SYMMETRIC_DEFAULT')
    lacking('CRYPTO_ABILITY_MISSING', `its kind is ${key.KeySpec}`);
  const context = { tenant: PROBE_TENANT, purpose };
  const EncryptionContext = { ...context, run: randomBytes(8).toString('hex') };
  const made = await client.generateDataKey({ KeyId: key.Arn, KeySpec: 'AES_256', EncryptionContext });
  const asked = { KeyId: key.Arn, CiphertextBlob: made.CiphertextBlob };
  const { Plaintext } = await client.decrypt({ ...asked, EncryptionContext });
  if (!made.Plaintext || !Plaintext || !Buffer.from(made.Plaintext).equals(Plaintext))
    lacking('CRYPTO_ABILITY_MISSING', 'another data key came back than was wrapped');
  const refusal = await client.decrypt({ ...asked, EncryptionContext: context }).then(
    () => undefined,
    (cause: unknown) => cause as Error,
  );
  if (!refusal) lacking('CRYPTO_ABILITY_MISSING', 'another encryption context was accepted');
  if (!OTHER_CONTEXT.includes(refusal.name)) throw refusal;
  return 'wraps and unwraps, another context refused';
}

async function signs(client: KMS, key: KeyMetadata): Promise<string> {
  if (key.KeyUsage !== 'SIGN_VERIFY')
    lacking('CRYPTO_ABILITY_MISSING', `its usage is ${key.KeyUsage ?? '-'}`);
  const Message = randomBytes(32);
  const { Signature } = await client.sign({
    KeyId: key.Arn,
    Message,
    MessageType: 'RAW',
    SigningAlgorithm: 'ECDSA_SHA_256',
  });
  const { PublicKey } = await client.getPublicKey({ KeyId: key.Arn });
  if (!Signature || !PublicKey) lacking('CRYPTO_ABILITY_MISSING', 'no signature or no public key came back');
  const pair = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
  if (!verify('sha256', Message, pair, Signature))
    lacking('CRYPTO_ABILITY_MISSING', 'its signature does not hold');
  return 'signs, and its public key verifies';
}
