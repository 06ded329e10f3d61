// Runs as a worker thread, from source in tests: it may import nothing but Node and types.
import { createHash, type Hash } from 'node:crypto';
import { closeSync, fdatasync, fsyncSync, linkSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { parentPort } from 'node:worker_threads';
import type { DiskAnswer, DiskBytes, DiskRequest, Written } from './disk.types.js';

interface OpenFile {
  readonly handle: number;
  readonly temporary: string;
  readonly whole: Hash;
  sizeBytes: number;
  /** Written since the last sync began. */
  unsynced: boolean;
  syncing: Promise<void> | undefined;
  /** What a sync met: the kernel says it once. */
  failure: Error | undefined;
}

const files = new Map<number, OpenFile>();
/** Puts that failed and whose sender has not heard of it yet: what still comes of them is passed over. */
const failed = new Set<number>();
const datasync = promisify(fdatasync);

parentPort?.on('message', (request: DiskRequest) => {
  if ('drop' in request) return drop(request.id);
  if (!failed.has(request.id)) void answer(request);
});

async function answer(request: DiskBytes): Promise<void> {
  const { id } = request;
  try {
    const file = files.get(id) ?? open(id, request.temporary);
    write(file, request);
    const written = request.path === undefined ? undefined : await finish(file, request.path);
    // Before the answer: who hears it may end the process, and a second name would keep the bytes of an object that is deleted.
    if (written) discard(id);
    tell({ id, ...(written && { written }) });
  } catch (cause) {
    failed.add(id);
    discard(id);
    const { code = 'EIO', syscall = 'write', message } = cause as NodeJS.ErrnoException;
    tell({ id, failed: { code, syscall, message } });
  }
}

function tell(answer: DiskAnswer): void {
  parentPort?.postMessage(answer);
}

function open(id: number, temporary: string): OpenFile {
  const handle = openSync(temporary, 'wx', 0o600);
  const state = { sizeBytes: 0, unsynced: false, syncing: undefined, failure: undefined };
  const file: OpenFile = { handle, temporary, whole: createHash('sha256'), ...state };
  files.set(id, file);
  return file;
}

/** Hashes while the disk takes what was written. The block is not read any more when this returns. */
function write(file: OpenFile, { block, sizeBytes }: DiskBytes): void {
  const bytes = block.subarray(0, sizeBytes);
  for (let at = 0; at < sizeBytes;) at += writeSync(file.handle, bytes, at);
  file.sizeBytes += sizeBytes;
  file.unsynced = true;
  file.syncing ??= syncAll(file);
  file.whole.update(bytes);
}

async function syncAll(file: OpenFile): Promise<void> {
  try {
    while (file.unsynced) {
      file.unsynced = false;
      await datasync(file.handle);
    }
  } catch (cause) {
    file.failure = cause as Error;
  }
  file.syncing = undefined;
}

/** A name that was taken is made durable too: who is told so relies on it. */
async function finish(file: OpenFile, path: string): Promise<Written> {
  await file.syncing;
  if (file.failure) throw file.failure;
  const created = linkIfAbsent(file.temporary, path);
  syncFolder(dirname(path));
  return { created, digest: file.whole.digest('hex'), sizeBytes: file.sizeBytes };
}

function linkIfAbsent(temporary: string, path: string): boolean {
  try {
    linkSync(temporary, path);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cause;
  }
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function drop(id: number): void {
  failed.delete(id);
  discard(id);
}

/** Not before its last sync is over: the number of the handle would be another file's. What cannot be removed now is removed at the next start. */
function discard(id: number): void {
  const file = files.get(id);
  if (!file) return;
  files.delete(id);
  if (file.syncing) void file.syncing.then(() => close(file));
  else close(file);
}

function close({ handle, temporary }: OpenFile): void {
  try {
    unlinkSync(temporary);
    closeSync(handle);
  } catch {
    // The object counts, and it is durable already or has failed already.
  }
}
