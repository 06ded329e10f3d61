import { type ErrorCode, isSluiceError, SluiceError } from '@sluice/contracts';

type KmsCode = Extract<ErrorCode, `CRYPTO_${string}`>;

/** Errors of the key service by name (AWS KMS API reference; AWS common errors). Everything else, silence included, is unavailability. */
const BY_NAME: Readonly<Record<string, KmsCode>> = {
  DisabledException: 'CRYPTO_KEY_REFUSED',
  KMSInvalidStateException: 'CRYPTO_KEY_REFUSED',
  NotFoundException: 'CRYPTO_KEY_REFUSED',
  InvalidKeyUsageException: 'CRYPTO_KEY_REFUSED',
  AccessDeniedException: 'CRYPTO_KEY_REFUSED',
  AccessDenied: 'CRYPTO_KEY_REFUSED',
  UnrecognizedClientException: 'CRYPTO_KEY_REFUSED',
  InvalidClientTokenId: 'CRYPTO_KEY_REFUSED',
  InvalidSignatureException: 'CRYPTO_KEY_REFUSED',
  SignatureDoesNotMatch: 'CRYPTO_KEY_REFUSED',
  ExpiredTokenException: 'CRYPTO_KEY_REFUSED',
  MissingAuthenticationToken: 'CRYPTO_KEY_REFUSED',
  InvalidCiphertextException: 'CRYPTO_OPEN_FAILED',
  IncorrectKeyException: 'CRYPTO_OPEN_FAILED',
};

/** What the key service said, as one of ours. Only an explicit word about the ciphertext is permanent, never an outage. */
export function kmsError(cause: unknown): SluiceError {
  if (isSluiceError(cause)) return cause;
  const name = cause instanceof Error ? cause.name : '';
  const code = Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
  return new SluiceError(code ?? 'CRYPTO_KEYS_UNAVAILABLE', { ...(code && { detail: name }), cause });
}
