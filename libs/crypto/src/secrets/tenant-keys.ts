import { createHmac, createSecretKey, type Hmac, type KeyObject } from 'node:crypto';
import { objectNames, SluiceError } from '@sluice/contracts';
import type { Keys, SecretShelf, TenantKeyName, TenantKeys } from '../keys.js';
import type { KeyProvider } from '../providers/key-provider.js';
import { standingSecret } from './shelf-secret.js';
import { unwrapSecret } from './wrapped-secret.js';

/** Opens a tenant's keys, each once for the life of the process. */
export function tenantKeyring(provider: KeyProvider, shelf: SecretShelf): Keys['tenant'] {
  const opened = new Map<string, Promise<KeyObject>>();

  const openOnce = (tenant: string, purpose: TenantKeyName): Promise<KeyObject> => {
    const name = objectNames.tenantSecret(tenant, purpose);
    const known = opened.get(name);
    if (known) return known;
    const opening = openKey(name, tenant, purpose);
    opened.set(name, opening);
    opening.catch(() => opened.delete(name));
    return opening;
  };

  const openKey = async (name: string, tenant: string, purpose: TenantKeyName): Promise<KeyObject> => {
    const owner = { tenant, purpose };
    await refuseToReplace(shelf, name, owner);
    const wrapped = await standingSecret(provider, shelf, { name, owner });
    const secret = await unwrapSecret(provider, owner, wrapped);
    const key = createSecretKey(secret);
    secret.fill(0);
    return key;
  };

  return async (tenant: string, names: readonly TenantKeyName[]): Promise<TenantKeys> => {
    const keys = await Promise.all(names.map(async (name) => [name, await openOnce(tenant, name)] as const));
    return digestsUnder(new Map(keys));
  };
}

/** Objects that only the key itself could have named, or that were made after it: where they stand, a missing key was lost. */
const NAMED_BY: Readonly<Record<TenantKeyName, readonly string[]>> = {
  'tenant-identity': ['secrets/TENANT/', 'staging/TENANT/raw/', 'archive/TENANT/raw/'],
  'tenant-content': ['staging/TENANT/raw/', 'archive/TENANT/raw/'],
  'tenant-uid': ['staging/TENANT/clean/', 'archive/TENANT/clean/'],
};

interface TenantKeyOwner {
  readonly tenant: string;
  readonly purpose: TenantKeyName;
}

/** A second key would give the same patient other names, silently. */
async function refuseToReplace(
  shelf: SecretShelf,
  name: string,
  { tenant, purpose }: TenantKeyOwner,
): Promise<void> {
  if (await shelf.get(name)) return;
  const prefixes = NAMED_BY[purpose].map((prefix) => prefix.replace('TENANT', tenant));
  const held = await Promise.all(prefixes.map((prefix) => shelf.holdsAny(prefix)));
  // Asked again: another process may have made the key and used it meanwhile.
  if (held.includes(true) && !(await shelf.get(name)))
    throw new SluiceError('CRYPTO_TENANT_KEY_MISSING', { detail: purpose });
}

function digestsUnder(keys: ReadonlyMap<TenantKeyName, KeyObject>): TenantKeys {
  const hmac = (name: TenantKeyName): Hmac => {
    const key = keys.get(name);
    if (!key) throw new Error(`the key ${name} was not asked for`);
    return createHmac('sha256', key);
  };
  return {
    identity: (domain, ...parts) => addParts(hmac('tenant-identity'), [domain, ...parts]).digest('hex'),
    content(transferSyntaxUID) {
      const digest = addParts(hmac('tenant-content'), ['content', transferSyntaxUID]);
      return { update: (chunk) => void digest.update(chunk), digest: () => digest.digest('hex') };
    },
    uid: (original) => addParts(hmac('tenant-uid'), ['uid', original]).digest(),
  };
}

/** Each part behind its length, so that no two lists of parts give the same bytes. */
function addParts(hmac: Hmac, parts: readonly string[]): Hmac {
  for (const part of parts) {
    const bytes = Buffer.from(part, 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hmac.update(length).update(bytes);
  }
  return hmac;
}
