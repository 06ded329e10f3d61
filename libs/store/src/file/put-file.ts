import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { errnoOf, SluiceError } from '@sluice/contracts';
import { MAX_OBJECT_BYTES } from '../body-parts.js';
import { startDiskJob, type DiskJob } from './disk.js';
import type { Written } from './disk.types.js';
import { guarded } from './file-errors.js';
import type { Folders } from './folders.js';
import { MOST_SMALL_BYTES, putSmall } from './put-small.js';

/** Most images are one block: each handing over wakes a thread, which costs as much as hashing 100 KiB. */
const BLOCK_BYTES = 1024 * 1024;
/** Blocks that one put may have with the thread. */
const MAX_BLOCKS = 3;
/** Blocks of finished puts, kept for the next. */
const MAX_SPARE = 8;
const spare: Uint8Array[] = [];

export interface FilePlace {
  /** Same file system as the objects; its files hold sealed bytes only and are nobody's when their process died. */
  readonly incoming: string;
  readonly folders: Folders;
}

/**
 * Writes a body beside the objects, makes it durable and links it to its path; link(2) refuses what exists, rename would replace
 * it. The bytes are copied once, into memory shared with the thread that hashes, writes and syncs them. Undefined when the path was taken.
 */
export async function putFile(
  { incoming, folders }: FilePlace,
  path: string,
  body: AsyncIterable<Uint8Array> | Uint8Array,
): Promise<{ digest: string; sizeBytes: number } | undefined> {
  await guarded(() => folders.make(dirname(path)));
  const temporary = join(incoming, randomUUID());
  if (body instanceof Uint8Array && body.length <= MOST_SMALL_BYTES)
    return putWithoutThread(folders, { temporary, path }, body);
  const job = startDiskJob();
  const blocks = new Blocks(job, temporary);
  try {
    for await (const chunk of body instanceof Uint8Array ? [body] : body) await blocks.add(chunk);
    const { created, digest, sizeBytes } = await guarded(() => blocks.finish(path));
    return created ? { digest, sizeBytes } : undefined;
  } catch (error) {
    job.drop();
    // Somebody removed the folder; the caller's next try makes it again.
    if (errnoOf((error as Error | undefined)?.cause) === 'ENOENT') folders.forget();
    throw error;
  } finally {
    job.leave();
  }
}

async function putWithoutThread(
  folders: Folders,
  { temporary, path }: { temporary: string; path: string },
  bytes: Uint8Array,
): Promise<{ digest: string; sizeBytes: number } | undefined> {
  const syncFolder = () => folders.sync(dirname(path));
  try {
    const { created, ...made } = await guarded(() => putSmall({ temporary, path, syncFolder }, bytes));
    return created ? made : undefined;
  } catch (error) {
    // Somebody removed the folder; the caller's next try makes it again.
    if (errnoOf((error as Error | undefined)?.cause) === 'ENOENT') folders.forget();
    throw error;
  }
}

/** Fills blocks and hands them over: the next is filled while the last are written. */
class Blocks {
  #block = newBlock();
  #filled = 0;
  #totalBytes = 0;
  readonly #sent: Promise<Uint8Array>[] = [];
  readonly #job: DiskJob;
  readonly #temporary: string;

  constructor(job: DiskJob, temporary: string) {
    this.#job = job;
    this.#temporary = temporary;
  }

  /** @throws SluiceError STORE_OBJECT_TOO_LARGE, and what the thread met */
  async add(chunk: Uint8Array): Promise<void> {
    this.#totalBytes += chunk.length;
    if (this.#totalBytes > MAX_OBJECT_BYTES) throw new SluiceError('STORE_OBJECT_TOO_LARGE');
    for (let at = 0; at < chunk.length;) {
      if (this.#filled === BLOCK_BYTES) await this.#next();
      const taken = chunk.subarray(at, at + BLOCK_BYTES - this.#filled);
      this.#block.set(taken, this.#filled);
      this.#filled += taken.length;
      at += taken.length;
    }
  }

  /** The blocks are used again only when all came back: after a failure the thread may still read them. */
  async finish(path: string): Promise<Written> {
    const [block, sizeBytes] = [this.#block, this.#filled];
    const last = this.#job.send({ temporary: this.#temporary, block, sizeBytes, path });
    const [written, ...blocks] = await Promise.all([last, ...this.#sent]);
    spare.push(...[block, ...blocks].slice(0, MAX_SPARE - spare.length));
    return written as Written;
  }

  async #next(): Promise<void> {
    const [block, sizeBytes] = [this.#block, this.#filled];
    const sent = this.#job.send({ temporary: this.#temporary, block, sizeBytes }).then(() => block);
    // Its failure is heard where a block or the end is waited for.
    sent.catch(() => undefined);
    const oldest = this.#sent.length < MAX_BLOCKS ? undefined : this.#sent.shift();
    this.#sent.push(sent);
    this.#block = oldest ? await guarded(() => oldest) : newBlock();
    this.#filled = 0;
  }
}

function newBlock(): Uint8Array {
  return spare.pop() ?? new Uint8Array(new SharedArrayBuffer(BLOCK_BYTES));
}
