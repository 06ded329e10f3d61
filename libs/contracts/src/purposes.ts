/**
 * What a key of the key service is for. Each purpose is one KMS key (alias `alias/sluice-<purpose>`), so that a
 * service is granted purposes, not objects. Staging keys seal objects on their way; `archive` and `pseudonym`
 * wrap a subject's two secrets; the tenant keys wrap the tenant's HMAC keys; `release-signing` is a key pair that signs what is released.
 */
export const KEY_PURPOSES = [
  'staging-raw',
  'staging-clean',
  'staging-wayback',
  'staging-result',
  'staging-batch',
  'staging-quarantine',
  'archive',
  'pseudonym',
  'tenant-identity',
  'tenant-content',
  'tenant-uid',
  'release-signing',
] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];
export type StagingPurpose = Extract<KeyPurpose, `staging-${string}`>;
/** Purposes of key pairs that sign: ECDSA P-256 (KMS: ECC_NIST_P256, SIGN_VERIFY). */
export type SigningPurpose = Extract<KeyPurpose, `${string}-signing`>;
/** Purposes whose keys wrap data keys and secrets. */
export type WrappingPurpose = Exclude<KeyPurpose, SigningPurpose>;

/** True for a purpose whose key is a pair that signs. */
export function isSigning(purpose: KeyPurpose): purpose is SigningPurpose {
  return purpose.endsWith('-signing');
}
