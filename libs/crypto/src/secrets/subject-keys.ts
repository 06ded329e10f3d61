import type { EncryptionContext } from '@aws-crypto/client-node';
import { objectNames, SluiceError } from '@sluice/contracts';
import type { Sealer, SecretShelf, SubjectKeys } from '../keys.js';
import { createSealer } from '../message/sealer.js';
import type { KeyProvider } from '../providers/key-provider.js';
import { rawAesMaterials } from '../providers/raw-aes.js';
import { ExpiringCache } from './expiring-cache.js';
import type { SecretRows } from './secret-rows.js';
import { standingSecret } from './shelf-secret.js';
import { unwrapSecret } from './wrapped-secret.js';

/** An erased subject's secret stays in a process for at most this long. */
const CACHE = { maxEntries: 2_000, maxAgeMs: 5 * 60_000 };

type SubjectPurpose = 'archive' | 'pseudonym';

/** Where subject secrets are looked for, in this order after the cache: rows, shelf. */
export interface SecretPlaces {
  readonly shelf: SecretShelf;
  readonly rows: SecretRows | undefined;
}

/** Subjects' secrets, cached; `clear` zeroes what is held. */
export interface SubjectKeyring {
  subject(tenant: string, subjectKey: string): SubjectKeys;
  clear(): void;
}

/** Gives subjects their two secrets, each made when it is first asked for and kept before it is used. */
export function subjectKeyring(provider: KeyProvider, places: SecretPlaces): SubjectKeyring {
  const cache = new ExpiringCache(CACHE);

  const secret = (tenant: string, subjectKey: string, purpose: SubjectPurpose): Promise<Buffer> => {
    const name = objectNames.subjectSecret(tenant, subjectKey, purpose);
    return cache.get(name, async () => {
      const owner = { tenant, purpose, subjectKey };
      return unwrapSecret(provider, owner, await findOrCreate(provider, places, { name, owner }));
    });
  };

  const standingSecretOf = async (tenant: string, subjectKey: string, purpose: SubjectPurpose) => {
    const name = objectNames.subjectSecret(tenant, subjectKey, purpose);
    const held = await cache.held(name);
    if (held) return held;
    const owner = { tenant, purpose, subjectKey };
    const wrapped = (await places.rows?.find(owner)) ?? (await places.shelf.get(name));
    // Thrown outside the cache: what is missing to one who opens may be in the making for one who seals.
    if (!wrapped) throw new SluiceError('CRYPTO_SECRET_MISSING', { detail: purpose });
    return cache.get(name, () => unwrapSecret(provider, owner, wrapped));
  };

  const subject = (tenant: string, subjectKey: string): SubjectKeys => {
    const sealerBy = (keyOf: typeof secret) => async (objectName: string, contentKey: string) =>
      archiveSealer(await keyOf(tenant, subjectKey, 'archive'), { tenant, objectName, contentKey });
    return {
      archive: sealerBy(secret),
      archiveMore: sealerBy(standingSecretOf),
      openArchive: sealerBy(standingSecretOf),
      pseudonym: () => secret(tenant, subjectKey, 'pseudonym'),
    };
  };

  return { subject, clear: () => cache.clear() };
}

/** Takes `key` over: its bytes are zeroed. */
function archiveSealer(key: Buffer, context: EncryptionContext): Sealer {
  const materials = rawAesMaterials(key, 'sluice-subject', 'archive');
  key.fill(0);
  return createSealer(materials, context);
}

interface Wanted {
  readonly name: string;
  readonly owner: { readonly tenant: string; readonly subjectKey: string; readonly purpose: SubjectPurpose };
}

async function findOrCreate(
  provider: KeyProvider,
  { rows, shelf }: SecretPlaces,
  { name, owner }: Wanted,
): Promise<Buffer> {
  const known = await rows?.find(owner);
  if (known) return known;
  const wrapped = await standingSecret(provider, shelf, { name, owner });
  await rows?.add(owner, wrapped);
  return wrapped;
}
