import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SluiceError } from '@sluice/contracts';
import type { SecretShelf } from '../keys.js';

/** Bytes of the master key: AES-256. */
const KEY_BYTES = 32;

/** Path of the master key in its folder. */
export function masterKeyPath(folder: string): string {
  return join(folder, 'master.key');
}

/**
 * The 32 bytes of the master key, created on first start and durable before they are returned; of several first starts one wins.
 * @throws SluiceError CRYPTO_MASTER_KEY_INVALID when its length is wrong or others may read it; CRYPTO_MASTER_KEY_MISSING when there is
 * none, but secrets that one wrapped
 */
export async function readOrCreateMasterKey(folder: string, shelf: SecretShelf): Promise<Buffer> {
  const path = masterKeyPath(folder);
  if (!(await exists(path))) {
    await refuseToReplace(path, shelf);
    await createMasterKey(path);
  }
  const { mode } = await stat(path);
  if (mode & 0o077) throw new SluiceError('CRYPTO_MASTER_KEY_INVALID', { detail: 'its mode is not 0600' });
  const key = await readFile(path);
  if (key.length !== KEY_BYTES)
    throw new SluiceError('CRYPTO_MASTER_KEY_INVALID', {
      detail: `it has ${key.length} bytes instead of ${KEY_BYTES}`,
    });
  return key;
}

async function refuseToReplace(path: string, shelf: SecretShelf): Promise<void> {
  const isInUse = (await shelf.holdsAny('tenants/')) || (await shelf.holdsAny('secrets/'));
  // Asked again: another first start may have made the key and used it meanwhile.
  if (isInUse && !(await exists(path))) throw new SluiceError('CRYPTO_MASTER_KEY_MISSING');
}

/** Written whole under another name and then linked: a reader never sees a part of it, and link refuses what exists. */
async function createMasterKey(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}`;
  const key = randomBytes(KEY_BYTES);
  try {
    await writeDurably(draft, key);
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    key.fill(0);
    await unlink(draft).catch(() => {});
  }
  await syncFolder(dirname(path));
  await syncFolder(dirname(dirname(path)));
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
