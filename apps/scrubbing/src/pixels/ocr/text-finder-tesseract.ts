import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SluiceError } from '@sluice/contracts';
import type { Picture } from '@sluice/dicom';
import { createWorker, OEM, PSM, type Worker } from 'tesseract.js';
import { passesOf, unite, type Pass } from './passes.js';
import type { FoundWord, TextFinder } from './text-finder.js';

export interface TesseractOptions {
  /** Also Chinese (simplified). Default: English alone, which is faster. */
  readonly chinese?: boolean;
  /** For one pass over one picture. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 60_000;
/** Larger pictures than this are refused: a pass over one would not end in time. */
const MOST_PIXELS = 64 * 1024 * 1024;

/** Reads with tesseract.js in a worker thread, started at the first picture. Language data comes from packages; nothing is fetched or cached. */
export function createTesseract({
  chinese = false,
  timeoutMs = TIMEOUT_MS,
}: TesseractOptions = {}): TextFinder {
  const reader = new Reader(chinese ? ['eng', 'chi_sim'] : ['eng'], timeoutMs);
  let last: Promise<unknown> = Promise.resolve();

  async function find(picture: Picture): Promise<readonly FoundWord[]> {
    if (picture.channels !== 1 || picture.width * picture.height > MOST_PIXELS)
      throw unread('not a grey picture, or too large');
    const words: FoundWord[][] = [];
    for (const pass of passesOf(picture)) words.push(await reader.read(pass));
    return unite(words);
  }

  return {
    find(picture) {
      // One picture after another: there is one worker.
      const found = last.then(() => find(picture));
      last = found.catch(() => undefined);
      return found;
    },
    close: () => reader.stop(),
  };
}

function unread(detail: string, cause?: unknown): SluiceError {
  return new SluiceError('SCRUBBING_TEXT_UNREAD', { detail, cause });
}

/** One worker, started when it is needed and replaced when it was too slow. */
class Reader {
  private worker: Promise<Worker> | undefined;

  constructor(
    private readonly languages: readonly string[],
    private readonly timeoutMs: number,
  ) {}

  async read(pass: Pass): Promise<FoundWord[]> {
    this.worker ??= startWorker(this.languages);
    const work = this.worker.then((started) => recognise(started, pass));
    try {
      return await inTime(work, this.timeoutMs);
    } catch (cause) {
      // Not waited for: a worker that never starts would hold the picture up for ever.
      void this.stop();
      throw unread('reading failed or took too long', cause);
    }
  }

  async stop(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    const started = await worker?.catch(() => undefined);
    // A task on its way must have left: tesseract.js does not look whether its worker is still there.
    await nextTurn();
    await started?.terminate();
  }
}

/** tesseract.js reads all languages from one folder, and its other way to get them (as bytes) does not work: links in a folder for the start. */
async function startWorker(codes: readonly string[]): Promise<Worker> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-languages-'));
  try {
    for (const code of codes) await symlink(languageFile(code), join(folder, `${code}.traineddata.gz`));
    const worker = await createWorker([...codes], OEM.LSTM_ONLY, {
      cacheMethod: 'none',
      langPath: folder,
      errorHandler: () => undefined,
    });
    await worker.setParameters({ tessedit_pageseg_mode: PSM.SPARSE_TEXT, user_defined_dpi: '96' });
    return worker;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function languageFile(code: string): string {
  const name = `@tesseract.js-data/${code}/4.0.0_best_int/${code}.traineddata.gz`;
  return createRequire(import.meta.url).resolve(name);
}

async function recognise(worker: Worker, { picture, scale }: Pass): Promise<FoundWord[]> {
  const { data } = await worker.recognize(pgmOf(picture), {}, { blocks: true, text: false });
  const words = (data.blocks ?? []).flatMap(({ paragraphs }) =>
    paragraphs.flatMap(({ lines }) => lines.flatMap((line) => line.words)),
  );
  return words.map(({ text, confidence, bbox: { x0, y0, x1, y1 } }) => ({
    text,
    confidence,
    box: { x: x0 / scale, y: y0 / scale, width: (x1 - x0) / scale, height: (y1 - y0) / scale },
  }));
}

/** A portable grey map: a header and the bytes as they are. */
function pgmOf({ width, height, data }: Picture): Buffer {
  return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), data]);
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
