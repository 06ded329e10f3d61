import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readPublicKey } from './public-key.js';

const invalid = expect.objectContaining({ code: 'CRYPTO_PUBLIC_KEY_INVALID', kind: 'permanent' }) as Error;
describe('a public key that is given', () => {
  it('is refused when it is none, or of another kind', () => {
    for (const text of ['', 'nonsense', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n'])
      expect(() => readPublicKey(text)).toThrow(invalid);
    expect(() => readPublicKey(Buffer.alloc(91))).toThrow(invalid);
    const others = [generateKeyPairSync('ed25519'), generateKeyPairSync('ec', { namedCurve: 'P-384' })];
    for (const { publicKey } of others)
      expect(() => readPublicKey(publicKey.export({ type: 'spki', format: 'pem' }).toString())).toThrow(
        invalid,
      );
  });

  it('is refused when it is the private half', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(() => readPublicKey(pem)).toThrow(invalid);
  });
});
