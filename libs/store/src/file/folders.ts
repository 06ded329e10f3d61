import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from '@sluice/contracts';

const MAX_KNOWN = 10_000;

/** Makes folders and their entries durable, with as few fsyncs as that takes. */
export interface Folders {
  /** Makes a folder under the root, its parents too, so that they survive a lost machine. */
  make(folder: string): Promise<void>;
  /** Makes the entries of a folder durable. Those who ask during a sync share the next one. */
  sync(folder: string): Promise<void>;
  /** Forgets what was made: somebody else removed a folder. */
  forget(): void;
}

/** Folders under `root`, which must exist: a root that went away (an unmounted disk) is not made again. */
export function createFolders(root: string): Folders {
  const known = new Set([root]);
  const running = new Map<string, { now: Promise<void>; next?: Promise<void> }>();

  const sync = (folder: string): Promise<void> => {
    const current = running.get(folder);
    if (current)
      return (current.next ??= current.now.then(
        () => sync(folder),
        () => sync(folder),
      ));
    const now = syncNow(folder).finally(() => running.delete(folder));
    running.set(folder, { now });
    return now;
  };

  // What this process did not see made may have been made by one that died before its sync: the first use syncs in any case.
  const make = async (folder: string): Promise<void> => {
    if (known.has(folder)) return;
    await make(dirname(folder));
    await mkdir(folder, { mode: 0o700 }).catch((cause: unknown) => {
      if (errnoOf(cause) !== 'EEXIST') throw cause;
    });
    await sync(dirname(folder));
    if (known.size >= MAX_KNOWN) forget();
    known.add(folder);
  };

  const forget = () => {
    known.clear();
    known.add(root);
  };

  return { make, sync, forget };
}

async function syncNow(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    handle.close().catch(() => undefined);
  }
}
