import { Worker } from 'node:worker_threads';
import { SluiceError } from '@sluice/contracts';
import type { Picture } from '@sluice/dicom';
import { type Pass, type Passes, passesOf, unite } from './passes.js';
import type { ReaderData } from './tesseract-worker.js';
import type { FoundWord, TextFinder } from './text-finder.js';
import { tilesOf, wordsOfTile } from './tiles.js';

export interface TesseractOptions {
  /** Also Chinese (simplified). Default: English alone, which is faster. */
  readonly chinese?: boolean;
  /** For one pass over one picture. */
  readonly timeoutMs?: number;
  /** The code of the thread that reads. Default: tesseract-worker beside this file. */
  readonly thread?: URL;
}

const TIMEOUT_MS = 60_000;
/** Larger pictures than this are refused: their tiles would not end in time. */
const MOST_PIXELS = 64 * 1024 * 1024;
/** JavaScript heap of the thread; pictures and tesseract's own memory lie outside. */
const HEAP_MIB = 256;
/** Of that for young objects: there are few of them, and V8 would keep 48 MB for them. */
const YOUNG_MIB = 6;
/** A thread that nobody asks gives its memory back; the next picture waits for a new one. */
const IDLE_MS = 20_000;
const ENDING = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const THREAD = new URL(`./tesseract-worker.${ENDING}`, import.meta.url);

/** Reads with tesseract.js-core in a worker thread, started at the first picture. Language data comes from packages; nothing is fetched or cached. */
export function createTesseract({
  chinese = false,
  timeoutMs = TIMEOUT_MS,
  thread = THREAD,
}: TesseractOptions = {}): TextFinder {
  const languages = chinese ? ['eng', 'chi_sim'] : ['eng'];
  const reader = new Reader(() => openThread(thread, languages), timeoutMs);
  let last: Promise<unknown> = Promise.resolve();

  async function find(picture: Picture, passes: Passes): Promise<readonly FoundWord[]> {
    if (picture.channels !== 1 || picture.width * picture.height > MOST_PIXELS)
      throw unread('not a grey picture, or too large');
    const words: FoundWord[][] = [];
    for (const tile of tilesOf(picture))
      for (const pass of passes(tile.picture))
        words.push(wordsOfTile(await reader.read(pass, madeFor(pass, tile.picture)), tile, picture));
    return unite(words);
  }

  return {
    find(picture, passes = passesOf) {
      // One picture after another: there is one worker.
      const found = last.then(() => find(picture, passes));
      last = found.catch(() => undefined);
      return found;
    },
    close: () => reader.stop(),
  };
}

function unread(detail: string, cause?: unknown): SluiceError {
  return new SluiceError('SCRUBBING_TEXT_UNREAD', { detail, cause });
}

/** One thread, started when it is needed, ended when it was too slow, replaced when it died. */
class Reader {
  private thread: Thread | undefined;
  private idle: NodeJS.Timeout | undefined;

  constructor(
    private readonly open: () => Thread,
    private readonly timeoutMs: number,
  ) {}

  async read(pass: Pass, handedOver: readonly ArrayBuffer[]): Promise<FoundWord[]> {
    clearTimeout(this.idle);
    try {
      this.thread ??= this.open();
      return await inTime(this.thread.ask(pass, handedOver), this.timeoutMs);
    } catch (cause) {
      await this.stop();
      throw unread('reading failed or took too long', cause);
    } finally {
      this.idle = setTimeout(() => void this.stop(), IDLE_MS).unref();
    }
  }

  async stop(): Promise<void> {
    const { thread } = this;
    clearTimeout(this.idle);
    this.thread = undefined;
    await thread?.end();
  }
}

interface Thread {
  /** One pass at a time; buffers of it that are handed over are empty afterwards. Rejects when the thread has died. */
  ask(pass: Pass, handedOver: readonly ArrayBuffer[]): Promise<FoundWord[]>;
  end(): Promise<unknown>;
}

function openThread(file: URL, languages: readonly string[]): Thread {
  const worker = new Worker(file, {
    workerData: { languages } satisfies ReaderData,
    execArgv: ['--no-warnings'],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB, maxYoungGenerationSizeMb: YOUNG_MIB },
    env: {},
    stdout: true,
    stderr: true,
  });
  for (const stream of [worker.stdout, worker.stderr]) stream.resume();
  // Who waits for an answer keeps the process alive; an idle thread does not.
  worker.unref();
  const died = new Promise<never>((_, reject) => {
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('the thread ended')));
  });
  died.catch(() => undefined);
  return {
    ask(pass, handedOver) {
      const answer = new Promise<FoundWord[]>((resolve) => worker.once('message', resolve));
      worker.postMessage(pass, handedOver);
      return Promise.race([answer, died]);
    },
    end: () => worker.terminate(),
  };
}

/** A picture that was made for a pass alone is handed over with it; the given one is copied. */
function madeFor({ picture: { data } }: Pass, given: Picture): ArrayBuffer[] {
  const whole = data.buffer.byteLength === data.byteLength;
  return data !== given.data && whole ? [data.buffer as ArrayBuffer] : [];
}

async function inTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  // Once it is late nobody waits for how it ends.
  work.catch(() => undefined);
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('late')), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
