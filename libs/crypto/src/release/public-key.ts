import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { SluiceError } from '@sluice/contracts';

/** The public half of a `release-signing` key: ECDSA P-256 with SHA-256. */
export interface PublicKey {
  /** SubjectPublicKeyInfo, PEM. */
  readonly pem: string;
  /** SHA-256 (hex) of SubjectPublicKeyInfo, DER: names the key. */
  readonly id: string;
  /** Whether `signature` (DER) is this key's on `message`; never throws. */
  verifies(message: Uint8Array, signature: Uint8Array): boolean;
}

/** Reads a public key: PEM, or SubjectPublicKeyInfo in DER. @throws SluiceError CRYPTO_PUBLIC_KEY_INVALID */
export function readPublicKey(encoded: string | Uint8Array): PublicKey {
  const key = parse(encoded);
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw new SluiceError('CRYPTO_PUBLIC_KEY_INVALID', { detail: 'it is no key on P-256' });
  const der = key.export({ type: 'spki', format: 'der' });
  return {
    pem: key.export({ type: 'spki', format: 'pem' }).toString(),
    id: createHash('sha256').update(der).digest('hex'),
    verifies: (message, signature) => verify('sha256', message, key, signature),
  };
}

function parse(encoded: string | Uint8Array): KeyObject {
  try {
    if (typeof encoded !== 'string')
      return createPublicKey({ key: Buffer.from(encoded), format: 'der', type: 'spki' });
    // A private key in a file would give its public half: whoever hands it out is to be stopped.
    if (!encoded.includes('-----BEGIN PUBLIC KEY-----')) throw new Error('no PUBLIC KEY block');
    return createPublicKey(encoded);
  } catch (cause) {
    throw new SluiceError('CRYPTO_PUBLIC_KEY_INVALID', { detail: 'it is no public key in PEM', cause });
  }
}
