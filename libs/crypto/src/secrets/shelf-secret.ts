import { randomBytes } from 'node:crypto';
import type { SecretShelf } from '../keys.js';
import type { KeyProvider } from '../providers/key-provider.js';
import { SECRET_BYTES, type SecretOwner, wrapSecret } from './wrapped-secret.js';

/** A secret's place: its name on the shelf, and what it is bound to. */
export interface SecretPlace {
  readonly name: string;
  readonly owner: SecretOwner;
}

/**
 * The wrapped secret that stands at `place`, made and put there first when there is none. Of several makers the first on the
 * shelf wins, and what stands there is what all of them use.
 */
export async function standingSecret(
  provider: KeyProvider,
  shelf: SecretShelf,
  place: SecretPlace,
): Promise<Buffer> {
  const standing = await shelf.get(place.name);
  if (standing) return standing;
  const secret = randomBytes(SECRET_BYTES);
  try {
    return await shelf.putIfAbsent(place.name, await wrapSecret(provider, place.owner, secret));
  } finally {
    secret.fill(0);
  }
}
