import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';

/** A file on its way: written beside its name, which it takes only by `keep`. */
export interface Draft {
  write(chunks: AsyncIterable<Buffer>): Promise<void>;
  keep(): Promise<void>;
}

/** Lets `work` fill a file for its owner alone (0600). What is not kept, or was cut by an error, leaves nothing under any name. */
export async function privateFile<T>(file: string, work: (draft: Draft) => Promise<T>): Promise<T> {
  const draft = `${file}.${randomUUID()}.part`;
  try {
    return await work({ write: (chunks) => writeNew(draft, chunks), keep: () => rename(draft, file) });
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeNew(path: string, chunks: AsyncIterable<Buffer>): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of chunks) await handle.writeFile(chunk);
  } finally {
    await handle.close();
  }
}
