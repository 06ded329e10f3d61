import type { PublicKey } from './public-key.js';

/** Signs for a purpose: ECDSA P-256 with SHA-256. */
export interface Signing {
  /** A signature (DER) on at most 4,096 bytes: one call of the key service. @throws SluiceError CRYPTO_KEYS_UNAVAILABLE, CRYPTO_KEY_REFUSED */
  sign(message: Uint8Array): Promise<Buffer>;
  /** @throws SluiceError CRYPTO_KEYS_UNAVAILABLE, CRYPTO_KEY_REFUSED */
  publicKey(): Promise<PublicKey>;
}
