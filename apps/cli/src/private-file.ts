import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { written } from './file-errors.js';

/** A file on its way: written beside its name, which it takes only by `keep`. */
export interface Draft {
  write(chunks: AsyncIterable<Buffer>): Promise<void>;
  keep(): Promise<void>;
}

const DRAFT = /\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.part$/;

/** Whether a file of this name is one on its way: where no process writes it, one was killed over it. */
export const isDraft = (name: string): boolean => DRAFT.test(name);

/**
 * Lets `work` fill a file for its owner alone (0600). What is not kept, or was cut by an error, leaves nothing under any name.
 * @throws SluiceError CLI_OUT_UNWRITABLE; what `work` and the chunks throw, as it is
 */
export async function privateFile<T>(file: string, work: (draft: Draft) => Promise<T>): Promise<T> {
  const draft = `${file}.${randomUUID()}.part`;
  try {
    return await work({
      write: (chunks) => writeNew(draft, chunks),
      keep: () => written('a file', () => rename(draft, file)),
    });
  } finally {
    await written('a file', () => rm(draft, { force: true }));
  }
}

async function writeNew(path: string, chunks: AsyncIterable<Buffer>): Promise<void> {
  const handle = await written('a file', () => open(path, 'wx', 0o600));
  try {
    for await (const chunk of chunks) await written('a file', () => handle.writeFile(chunk));
  } finally {
    await written('a file', () => handle.close());
  }
}
