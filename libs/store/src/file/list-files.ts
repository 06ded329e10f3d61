import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '@sluice/contracts';
import { objectName } from './object-path.js';

/** An object as a listing tells it. */
export interface ListedObject {
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
}

/** Walks the objects whose name begins with `prefix`, in no order, entering only folders that can hold one. */
export async function* listFiles(root: string, prefix: string, folder = ''): AsyncGenerator<ListedObject> {
  for await (const entry of await opendir(join(root, folder))) {
    if (entry.isDirectory()) {
      const inside = `${folder}${entry.name}/`;
      const leads = !entry.name.startsWith('.') && (inside.startsWith(prefix) || prefix.startsWith(inside));
      if (leads) yield* listFiles(root, prefix, inside);
      continue;
    }
    const name = objectName(folder, entry.name);
    if (!name?.startsWith(prefix)) continue;
    const found = await statIfThere(join(root, folder, entry.name));
    if (found) yield { name, ...found };
  }
}

/** Size and age of a file, or undefined when there is none. */
export async function statIfThere(path: string): Promise<Omit<ListedObject, 'name'> | undefined> {
  try {
    const { size, mtime } = await stat(path);
    return { sizeBytes: size, modifiedAt: mtime };
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return undefined;
    throw cause;
  }
}
