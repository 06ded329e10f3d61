import { randomBytes } from 'node:crypto';
import type { SecretShelf } from '../keys.js';
import type { KeyProvider } from '../providers/key-provider.js';
import { SECRET_BYTES, type SecretOwner, unwrapSecret, wrapSecret } from './wrapped-secret.js';

/**
 * The wrapped secret that stands under `name`, made and put there first when there is none. Of several makers the first on the
 * shelf wins, and what stands there is what all of them use.
 */
export async function standingSecret(provider: KeyProvider, shelf: SecretShelf, name: string, owner: SecretOwner): Promise<Buffer> {
  const standing = await shelf.get(name);
  if (standing) return standing;
  const secret = randomBytes(SECRET_BYTES);
  try {
    return await shelf.putIfAbsent(name, await wrapSecret(provider, owner, secret));
  } finally {
    secret.fill(0);
  }
}

/** The secret that stands under `name`, opened. */
export async function openStandingSecret(provider: KeyProvider, shelf: SecretShelf, name: string, owner: SecretOwner): Promise<Buffer> {
  return unwrapSecret(provider, owner, await standingSecret(provider, shelf, name, owner));
}
