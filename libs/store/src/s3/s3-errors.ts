import { isSluiceError, SluiceError, type ErrorCode } from '@sluice/contracts';

const FULL = new Set([
  'InsufficientStorage',
  'StorageFull',
  'XMinioStorageFull',
  'QuotaExceeded',
  'NoSpaceLeft',
]);
/** Bytes that were damaged on their way: sent again, they may arrive. */
const DAMAGED = new Set([
  'BadDigest',
  'InvalidDigest',
  'XAmzContentSHA256Mismatch',
  'XAmzContentChecksumMismatch',
  'IncompleteBody',
  'RequestTimeout',
]);

/** The HTTP status of an answer, or undefined when there was none. */
export function statusOf(cause: unknown): number | undefined {
  return (cause as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
}

/** Somebody else wrote the name: 412 PreconditionFailed to `If-None-Match: *`. */
export const isTaken = (cause: unknown): boolean => statusOf((cause as Error | undefined)?.cause) === 412;

/**
 * The SDK's error as a SluiceError. A refusal that no case names is STORE_REFUSED, which is transient: a store that misbehaves
 * must never make a good object count as bad. The name of S3's error is in `detail`; its message is not.
 */
export function s3Errors(cause: unknown): SluiceError {
  if (isSluiceError(cause)) return cause;
  const { name } = cause as Error;
  return new SluiceError(codeOf(name, statusOf(cause)), {
    detail: /^[A-Za-z0-9]{1,64}$/.test(name) ? name : undefined,
    cause,
  });
}

function codeOf(name: string, status: number | undefined): ErrorCode {
  if (FULL.has(name) || status === 507) return 'STORE_OUT_OF_SPACE';
  if (name === 'NoSuchBucket') return 'STORE_UNAVAILABLE';
  if (name === 'NoSuchKey' || name === 'NotFound') return 'STORE_OBJECT_MISSING';
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') return 'STORE_REFUSED';
  // 409 ConditionalRequestConflict: a rival's write or delete of the same name was under way.
  if (
    status === undefined ||
    status >= 500 ||
    status === 409 ||
    status === 429 ||
    status === 408 ||
    DAMAGED.has(name)
  )
    return 'STORE_UNAVAILABLE';
  return 'STORE_REFUSED';
}
