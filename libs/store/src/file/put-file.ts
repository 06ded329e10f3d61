import { createHash, randomUUID, type Hash } from 'node:crypto';
import { link, open, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { partsOf, type BodyPart } from '../body-parts.js';
import { errnoOf, guarded } from './file-errors.js';
import type { Folders } from './folders.js';

const WRITE_BYTES = 1024 * 1024;

export interface FilePlace {
  /** Same file system as the objects; its files hold sealed bytes only and are nobody's when their process died. */
  readonly incoming: string;
  readonly folders: Folders;
}

/**
 * Writes a body beside the objects, makes it durable and links it to its path; link(2) refuses what exists, rename would replace
 * it. A name that was taken is made durable too: who is told so relies on it. Undefined when the path was taken.
 */
export async function putFile(
  place: FilePlace,
  path: string,
  body: AsyncIterable<Uint8Array> | Uint8Array,
): Promise<{ digest: string; sizeBytes: number } | undefined> {
  const temporary = join(place.incoming, randomUUID());
  const handle = await guarded(() => open(temporary, 'wx', 0o600));
  try {
    const whole = createHash('sha256');
    const sizeBytes = await writeDurably(handle, body, whole).finally(() => letGo(handle.close()));
    const created = await guarded(() => linkDurably(place, temporary, path));
    return created ? { digest: whole.digest('hex'), sizeBytes } : undefined;
  } finally {
    // What cannot be removed now is removed at the next start.
    letGo(unlink(temporary));
  }
}

/** Nobody waits for it: what counts is durable already, or failed already. */
function letGo(work: Promise<void>): void {
  work.catch(() => undefined);
}

async function writeDurably(
  handle: FileHandle,
  body: AsyncIterable<Uint8Array> | Uint8Array,
  whole: Hash,
): Promise<number> {
  let sizeBytes = 0;
  for await (const part of partsOf(body, WRITE_BYTES, whole)) {
    if (part.sizeBytes > 0) await guarded(() => writeFully(handle, part));
    sizeBytes += part.sizeBytes;
  }
  await guarded(() => handle.datasync());
  return sizeBytes;
}

/** One call for all blocks, and again for what it left. */
async function writeFully(handle: FileHandle, { blocks, sizeBytes }: BodyPart): Promise<void> {
  const { bytesWritten } = await handle.writev(blocks);
  if (bytesWritten === sizeBytes) return;
  const rest = Buffer.concat(blocks).subarray(bytesWritten);
  await writeFully(handle, { blocks: [rest], sizeBytes: rest.length, last: true });
}

async function linkDurably({ folders }: FilePlace, temporary: string, path: string): Promise<boolean> {
  const folder = dirname(path);
  await folders.make(folder);
  try {
    const created = await linkIfAbsent(temporary, path);
    await folders.sync(folder);
    return created;
  } catch (cause) {
    // Somebody removed the folder; the caller's next try makes it again.
    if (errnoOf(cause) === 'ENOENT') folders.forget();
    throw cause;
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
