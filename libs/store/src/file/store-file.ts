import { constants } from 'node:fs';
import { access, mkdir, open, readdir, rm, statfs, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { errnoOf, SluiceError } from '@sluice/contracts';
import { checkedBody, describeObject, describeTaken } from '../checked-body.js';
import { checkName, checkPrefix } from '../object-name.js';
import type { ByteRange, Store } from '../store.js';
import { fileErrors, guarded } from './file-errors.js';
import { createFolders } from './folders.js';
import { listFiles, statIfThere } from './list-files.js';
import { objectPath } from './object-path.js';
import { putFile } from './put-file.js';

/** Most images are one read: each is a turn through the thread pool. */
const READ_BYTES = 1024 * 1024;
const LEFT_OVER_MS = 60 * 60 * 1000;

/**
 * The embedded twin: one file per object under a folder of mode 0700, durable by fsync. For one machine.
 * @throws SluiceError STORE_UNAVAILABLE, STORE_REFUSED
 */
export async function openFileStore(folder: string): Promise<Store> {
  const root = resolve(folder);
  const incoming = join(root, '.incoming');
  await guarded(() => mkdir(incoming, { recursive: true, mode: 0o700 }));
  await guarded(() => removeLeftOvers(incoming));
  const folders = createFolders(root);
  const path = (name: string) => objectPath(root, checkName(name));
  // A root that went away must not look like an empty one.
  const ready = () => guarded(() => access(incoming, constants.W_OK));
  const read = async (name: string, range?: ByteRange) => {
    const bytes = await readIfThere(path(name), range);
    if (bytes) return bytes;
    await ready();
    throw new SluiceError('STORE_OBJECT_MISSING');
  };

  return {
    put: async (name, body) => {
      const made = await putFile({ incoming, folders }, path(name), body);
      if (made) return { ref: { name, ...made }, created: true };
      return { ref: await describeTaken(name, () => read(name)), created: false };
    },
    get: async (ref, range) => (range ? read(ref.name, range) : checkedBody(await read(ref.name), ref)),
    describe: (name) => describeObject(name, () => read(name)),
    head: async (name) => {
      const found = await guarded(() => statIfThere(path(name)));
      if (!found) await ready();
      return found;
    },
    list: (prefix) => listGuarded(root, checkPrefix(prefix)),
    delete: async (name) => {
      const removed = await guarded(() => unlinkIfThere(path(name)));
      await (removed ? guarded(() => folders.sync(dirname(path(name)))) : ready());
    },
    usage: () => guarded(() => shareUsed(root)),
    skewMs: () => 0,
    probe: ready,
    close: async () => undefined,
  };
}

async function readIfThere(path: string, range?: ByteRange): Promise<AsyncIterable<Buffer> | undefined> {
  const found = await guarded(() => statIfThere(path));
  const { start, end } = range ?? { start: 0, end: Infinity };
  return found && readFile(path, start, Math.min(end, found.sizeBytes));
}

async function* readFile(path: string, start: number, end: number): AsyncGenerator<Buffer> {
  const handle = await guarded(() => open(path, 'r')).catch((error: unknown) => {
    if (errnoOf((error as Error).cause) === 'ENOENT')
      throw new SluiceError('STORE_OBJECT_MISSING', { cause: error });
    throw error;
  });
  try {
    for (let at = start; at < end;) {
      const wanted = Math.min(READ_BYTES, end - at);
      const { buffer, bytesRead } = await guarded(() =>
        handle.read(Buffer.allocUnsafeSlow(wanted), 0, wanted, at),
      );
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function* listGuarded(root: string, prefix: string): ReturnType<Store['list']> {
  try {
    yield* listFiles(root, prefix);
  } catch (cause) {
    throw fileErrors(cause);
  }
}

async function unlinkIfThere(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return false;
    throw cause;
  }
}

async function removeLeftOvers(incoming: string): Promise<void> {
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name);
    const found = await statIfThere(path);
    if (found && Date.now() - found.modifiedAt.getTime() > LEFT_OVER_MS) await rm(path, { force: true });
  }
}

async function shareUsed(root: string): Promise<number> {
  const { blocks, bfree, bavail } = await statfs(root);
  return (blocks - bfree) / (blocks - bfree + bavail);
}
