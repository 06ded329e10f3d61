import type { WrappingPurpose } from '@sluice/contracts';
import { gather, only } from '../message/gather.js';
import { createSealer } from '../message/sealer.js';
import type { KeyProvider } from '../providers/key-provider.js';

/** Bytes of every secret of this room: subject secrets and the tenant's HMAC keys. */
export const SECRET_BYTES = 32;

/** What a wrapped secret is bound to; clear text in its header and in the key service's log. `subjectKey` is a keyed digest. */
export interface SecretOwner {
  readonly tenant: string;
  readonly purpose: WrappingPurpose;
  readonly subjectKey?: string;
}

/** The secret as a sealed message under the key of its purpose. @throws SluiceError CRYPTO_KEYS_UNAVAILABLE, CRYPTO_KEY_REFUSED */
export async function wrapSecret(provider: KeyProvider, owner: SecretOwner, secret: Buffer): Promise<Buffer> {
  const sealer = createSealer(provider.materials(owner.purpose), { ...owner });
  return gather(sealer.seal(only(secret)), 64 * 1024);
}

/** The 32 bytes of a wrapped secret. @throws SluiceError CRYPTO_OPEN_FAILED, CRYPTO_KEY_WRONG, CRYPTO_KEYS_UNAVAILABLE, CRYPTO_KEY_REFUSED */
export async function unwrapSecret(
  provider: KeyProvider,
  owner: SecretOwner,
  wrapped: Buffer,
): Promise<Buffer> {
  const sealer = createSealer(provider.materials(owner.purpose), { ...owner });
  return gather(sealer.open(only(wrapped)), SECRET_BYTES);
}
