import { createECDH, createPrivateKey, createPublicKey, hkdfSync, type KeyObject, sign } from 'node:crypto';
import { readPublicKey } from '../release/public-key.js';
import type { Signing } from '../release/signing.js';

const POINT_BYTES = 32;

/**
 * The key pair that belongs to a master key: derived (HKDF-SHA-256, RFC 5869), so that no second file can be lost, and whoever has the
 * master key back has it back.
 */
export function localSigning(master: Uint8Array, purpose: string): Signing {
  const key = derivedKey(master, purpose);
  const publicKey = readPublicKey(createPublicKey(key).export({ type: 'spki', format: 'der' }));
  return {
    sign: async (message) => sign('sha256', message, key),
    publicKey: async () => publicKey,
  };
}

/** Candidates until one is a private key of the curve (FIPS 186-5 A.2.2): the first is none once in 2^32. */
function derivedKey(master: Uint8Array, purpose: string): KeyObject {
  for (let candidate = 0; ; candidate += 1) {
    const scalar = Buffer.from(hkdfSync('sha256', master, '', `sluice ${purpose} ${candidate}`, POINT_BYTES));
    const key = privateKey(scalar);
    scalar.fill(0);
    if (key) return key;
  }
}

function privateKey(scalar: Buffer): KeyObject | undefined {
  const curve = createECDH('prime256v1');
  try {
    curve.setPrivateKey(scalar);
  } catch {
    return undefined;
  }
  const point = curve.getPublicKey();
  const [x, y] = [point.subarray(1, 1 + POINT_BYTES), point.subarray(1 + POINT_BYTES)];
  const [d, ...at] = [scalar, x, y].map((bytes) => bytes.toString('base64url'));
  return createPrivateKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', d: d!, x: at[0]!, y: at[1]! } });
}
