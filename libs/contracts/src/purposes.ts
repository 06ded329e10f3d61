/**
 * What a key of the key service is for. Each purpose is one KMS key (alias `alias/sluice-<purpose>`), so that a
 * service is granted purposes, not objects. Staging keys seal objects on their way; `archive` and `pseudonym`
 * wrap a subject's two secrets; the tenant keys wrap the tenant's HMAC keys.
 */
export const KEY_PURPOSES = [
  'staging-raw',
  'staging-clean',
  'staging-wayback',
  'staging-result',
  'staging-batch',
  'archive',
  'pseudonym',
  'tenant-identity',
  'tenant-content',
  'tenant-uid',
] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];
export type StagingPurpose = Extract<KeyPurpose, `staging-${string}`>;
