import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { SluiceError } from '@sluice/contracts';
import type { DiskAnswer, DiskBytes, DiskRequest, Written } from './disk.types.js';

/** Two puts sync at once; more threads only take turns on one disk. */
const THREADS = 2;
/** A thread that nobody asks gives its memory back. */
const IDLE_MS = 2_000;
const THREAD = new URL(`./disk-thread${extname(import.meta.url)}`, import.meta.url);

/** One put's side of a disk thread. */
export interface DiskJob {
  /** Hands bytes over; resolves when the block may be filled again, and with the last bytes with what was written. */
  send(request: Omit<DiskBytes, 'id'>): Promise<Written | undefined>;
  /** Gives up what was not finished, or what failed: nothing of it is left. */
  drop(): void;
  /** No more comes. */
  leave(): void;
}

interface Waiting {
  resolve(written: Written | undefined): void;
  reject(error: unknown): void;
}

/** A worker thread that hashes, writes and syncs files, so that the main thread only seals. It keeps no process alive when idle. */
class DiskThread {
  readonly #jobs = new Map<number, Waiting[]>();
  readonly #worker = new Worker(THREAD, { execArgv: [] });
  #idle: NodeJS.Timeout | undefined;
  alive = true;

  constructor() {
    this.#worker.unref();
    this.#worker.on('message', (answer: DiskAnswer) => this.#hear(answer));
    this.#worker.on('error', (cause) => this.#end(cause));
    this.#worker.on('exit', () => this.#end(undefined));
  }

  get jobs(): number {
    return this.#jobs.size;
  }

  job(id: number): DiskJob {
    const waiting: Waiting[] = [];
    clearTimeout(this.#idle);
    this.#jobs.set(id, waiting);
    this.#worker.ref();
    return {
      send: (request) => {
        if (!this.alive) return Promise.reject(threadEnded(undefined));
        const { promise, resolve, reject } = Promise.withResolvers<Written | undefined>();
        waiting.push({ resolve, reject });
        this.#worker.postMessage({ id, ...request } satisfies DiskRequest);
        return promise;
      },
      drop: () => this.#worker.postMessage({ id, drop: true } satisfies DiskRequest),
      leave: () => {
        this.#jobs.delete(id);
        if (this.#jobs.size > 0) return;
        this.#worker.unref();
        this.#idle = setTimeout(() => this.#rest(), IDLE_MS).unref();
      },
    };
  }

  #hear({ id, written, failed }: DiskAnswer): void {
    const waiting = this.#jobs.get(id) ?? [];
    if (!failed) return waiting.shift()?.resolve(written);
    const error = Object.assign(new Error(failed.message), failed);
    for (const one of waiting.splice(0)) one.reject(error);
  }

  #rest(): void {
    this.alive = false;
    void this.#worker.terminate();
  }

  #end(cause: unknown): void {
    this.alive = false;
    for (const waiting of this.#jobs.values())
      for (const one of waiting.splice(0)) one.reject(threadEnded(cause));
  }
}

let threads: DiskThread[] = [];
let nextId = 0;

/** A put on the thread that has least to do. */
export function startDiskJob(): DiskJob {
  threads = threads.filter((thread) => thread.alive);
  const [idlest] = threads.toSorted((a, b) => a.jobs - b.jobs);
  const thread = idlest && (idlest.jobs === 0 || threads.length === THREADS) ? idlest : new DiskThread();
  if (thread !== idlest) threads.push(thread);
  nextId += 1;
  return thread.job(nextId);
}

function threadEnded(cause: unknown): SluiceError {
  return new SluiceError('STORE_UNAVAILABLE', { detail: 'the thread that writes has ended', cause });
}
