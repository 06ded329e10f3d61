import { createHash } from 'node:crypto';
import { link, open, unlink } from 'node:fs/promises';
import type { Written } from './disk.types.js';
import { errnoOf } from '@sluice/contracts';

/** Wrapped secrets are shorter; for so few bytes no thread is started, whose memory a small process would not get back. */
export const MOST_SMALL_BYTES = 4096;

/** As the disk thread does it: written, made durable, and linked to its path, where link(2) refuses what exists. Throws system errors. */
export async function putSmall(
  { temporary, path, syncFolder }: { temporary: string; path: string; syncFolder: () => Promise<void> },
  bytes: Uint8Array,
): Promise<Written> {
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.datasync();
    const created = await linkIfAbsent(temporary, path);
    // A name that was taken is made durable too: who is told so relies on it.
    await syncFolder();
    const digest = createHash('sha256').update(bytes).digest('hex');
    return { created, digest, sizeBytes: bytes.length };
  } finally {
    await handle.close();
    // The object counts; what cannot be removed now is removed at the next start.
    await unlink(temporary).catch(() => undefined);
  }
}

async function linkIfAbsent(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path);
    return true;
  } catch (cause) {
    if (errnoOf(cause) === 'EEXIST') return false;
    throw cause;
  }
}
