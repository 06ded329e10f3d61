import { Worker } from 'node:worker_threads';
import { SluiceError } from '@sluice/contracts';
import type { CodecReply, CodecTask, CodedFrame, DecodeTask, EncodeTask } from './codec.types.js';

/** Bounds on what frames may make the codecs do. */
export interface CodecLimits {
  readonly workers: number;
  /** For one frame. */
  readonly timeoutMs: number;
}

/** Codecs in worker threads. Buffers of a task are handed over: they are empty for the caller afterwards. */
export interface Codecs {
  /** Throws DICOM_PIXELS_UNSUPPORTED, DICOM_PIXELS_MALFORMED, DICOM_CODEC_FAILED. */
  decode(task: Omit<DecodeTask, 'op'>): Promise<CodedFrame>;
  /** Encodes so that decoding gives the same samples, checked on the way. Throws like `decode`. */
  encode(task: Omit<EncodeTask, 'op'>): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

interface Job {
  readonly task: CodecTask;
  settle(result: CodecReply): void;
}

interface Slot {
  worker: Worker | undefined;
  job: Job | undefined;
  timer: NodeJS.Timeout | undefined;
  idle: NodeJS.Timeout | undefined;
}

export const CODEC_LIMITS: CodecLimits = { workers: 1, timeoutMs: 30_000 };

/** JavaScript heap of one worker; frames and the memory of its WASM module lie outside, bounded by the frame's size. */
const HEAP_MIB = 256;
/** Of that for young objects: there are few of them, and V8 would keep 48 MB for them. */
const YOUNG_MIB = 6;
const IDLE_MS = 20_000;

const FROM_SOURCES = import.meta.url.endsWith('.ts');
const THREAD = new URL(`./codec-worker.${FROM_SOURCES ? 'ts' : 'js'}`, import.meta.url);

/** Starts no thread before the first frame; an idle thread does not keep the process alive. `thread` is the code that one runs. */
export function createCodecs(limits: Partial<CodecLimits> = {}, thread = THREAD): Codecs {
  const pool = new CodecPool({ ...CODEC_LIMITS, ...limits }, thread);
  return {
    async decode(task) {
      const reply = await pool.run({ ...task, op: 'decode' });
      if ('frame' in reply) return reply.frame;
      throw refusal(reply);
    },
    async encode(task) {
      const reply = await pool.run({ ...task, op: 'encode' });
      if ('bytes' in reply) return reply.bytes;
      throw refusal(reply);
    },
    close: () => pool.close(),
  };
}

function refusal(reply: CodecReply): SluiceError {
  if ('code' in reply) return new SluiceError(reply.code, { detail: reply.detail });
  throw new TypeError('a codec answered another question');
}

class CodecPool {
  private readonly slots: Slot[];
  private readonly waiting: Job[] = [];
  private closed = false;

  constructor(
    private readonly limits: CodecLimits,
    private readonly thread: URL,
  ) {
    this.slots = Array.from({ length: limits.workers }, () => ({
      worker: undefined,
      job: undefined,
      timer: undefined,
      idle: undefined,
    }));
  }

  run(task: CodecTask): Promise<CodecReply> {
    return new Promise((settle) => {
      this.waiting.push({ task, settle });
      this.next();
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    this.next();
    await Promise.all(this.slots.map((slot) => this.fail(slot, 'the codecs were closed')));
  }

  private next(): void {
    if (this.closed)
      for (const { settle } of this.waiting.splice(0)) settle(failed('the codecs were closed'));
    for (const slot of this.slots) {
      if (slot.job) continue;
      const job = this.waiting.shift();
      if (!job) return;
      this.start(slot, job);
    }
  }

  private start(slot: Slot, job: Job): void {
    slot.job = job;
    clearTimeout(slot.idle);
    slot.timer = setTimeout(() => void this.fail(slot, 'the codec ran out of time'), this.limits.timeoutMs);
    const bytes = job.task.op === 'decode' ? job.task.bytes : job.task.frame.bytes;
    try {
      const worker = (slot.worker ??= this.startWorker(slot));
      worker.ref();
      worker.postMessage(job.task, [bytes.buffer]);
    } catch {
      // No thread could be had, or the bytes were handed over before: the slot must not wait for an answer.
      void this.fail(slot, 'a frame could not be given to the codec');
    }
  }

  private startWorker(slot: Slot): Worker {
    const worker = openWorker(this.thread);
    const mine = () => slot.worker === worker;
    worker.on('message', (reply: CodecReply) => mine() && this.finish(slot, reply));
    // An error ends the thread: out of heap, or a bug. The frame that it had is the one to blame.
    worker.on('error', () => mine() && void this.fail(slot, 'the codec died'));
    worker.on('exit', () => mine() && void this.fail(slot, 'the codec ended'));
    return worker;
  }

  private finish(slot: Slot, reply: CodecReply): void {
    const { job } = slot;
    clearTimeout(slot.timer);
    slot.job = undefined;
    slot.worker?.unref();
    slot.idle = setTimeout(() => void this.rest(slot), IDLE_MS).unref();
    job?.settle(reply);
    this.next();
  }

  /** Gives back what a thread that nobody asks holds: codecs keep the memory of their largest frame. */
  private async rest(slot: Slot): Promise<void> {
    const { worker } = slot;
    slot.worker = undefined;
    await worker?.terminate();
  }

  private async fail(slot: Slot, detail: string): Promise<void> {
    const { worker } = slot;
    slot.worker = undefined;
    this.finish(slot, failed(detail));
    await worker?.terminate();
  }
}

function failed(detail: string): CodecReply {
  return { code: 'DICOM_CODEC_FAILED', detail };
}

/** From sources Node takes the types out itself; only the ending of relative imports must be found again. */
const FROM_SOURCE = `data:text/javascript,${encodeURIComponent(
  `import { registerHooks } from 'node:module';
   registerHooks({ resolve: (name, context, next) =>
     next(
       context.parentURL?.endsWith('.ts') && /^\\.{1,2}\\/.*\\.js$/.test(name) ? name.slice(0, -3) + '.ts' : name,
       context) });`,
)}`;

function openWorker(thread: URL): Worker {
  const worker = new Worker(thread, {
    execArgv: FROM_SOURCES ? ['--no-warnings', `--import=${FROM_SOURCE}`] : [],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB, maxYoungGenerationSizeMb: YOUNG_MIB },
    env: {},
  });
  worker.unref();
  return worker;
}
