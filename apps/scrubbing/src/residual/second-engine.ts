import { Worker } from 'node:worker_threads';
import { SluiceError } from '@sluice/contracts';
import type { Identity, Residue } from './identity/identity.types.js';

/** What the thread is asked: a Part 10 file without its pixels, and what must not stand in it. */
export interface LookTask {
  readonly header: ArrayBuffer;
  readonly identity: Identity;
}

export type LookReply = { readonly residue?: Residue } | { readonly unread: true };

/** A second look at what is about to be released, by code that shares nothing with the first: dcmjs, in a thread with bounds on time and memory. */
export interface SecondEngine {
  /**
   * What of the original stands in the header (it is handed over and empty afterwards); undefined where nothing does.
   * @throws SluiceError SCRUBBING_RESIDUAL for a header that cannot be read in time: then nothing is known of it
   */
  look(header: ArrayBuffer, identity: Identity): Promise<Residue | undefined>;
  close(): Promise<void>;
}

export interface SecondEngineOptions {
  readonly threads?: number;
  /** For one object. */
  readonly timeoutMs?: number;
  /** The code of the thread. Default: second-engine-worker beside this file. */
  readonly thread?: URL;
}

const TIMEOUT_MS = 30_000;
/** JavaScript heap of one thread; the header itself lies outside, bounded by output-header.ts. */
const HEAP_MIB = 512;
/** A thread that nobody asks gives its memory back. */
const IDLE_MS = 20_000;
const FROM_SOURCES = import.meta.url.endsWith('.ts');
const THREAD = new URL(`./second-engine-worker.${FROM_SOURCES ? 'ts' : 'js'}`, import.meta.url);

/** Starts no thread before the first look; an idle one does not keep the process alive. */
export function openSecondEngine(options: SecondEngineOptions = {}): SecondEngine {
  const { threads = 1, timeoutMs = TIMEOUT_MS, thread = THREAD } = options;
  const slots = Array.from({ length: threads }, () => new Slot(thread, timeoutMs));
  return {
    async look(header, identity) {
      const slot = slots.reduce((least, one) => (one.waiting < least.waiting ? one : least));
      const reply = await slot.ask({ header, identity });
      if ('unread' in reply) throw unread('the second engine cannot read the header');
      return reply.residue;
    },
    close: async () => void (await Promise.all(slots.map((slot) => slot.end()))),
  };
}

function unread(detail: string): SluiceError {
  return new SluiceError('SCRUBBING_RESIDUAL', { detail });
}

/** One thread, started when it is needed, ended when it was too slow, replaced when it died. */
class Slot {
  private worker: Worker | undefined;
  private idle: NodeJS.Timeout | undefined;
  private last: Promise<unknown> = Promise.resolve();
  waiting = 0;

  constructor(
    private readonly thread: URL,
    private readonly timeoutMs: number,
  ) {}

  /** One object after another. */
  ask(task: LookTask): Promise<LookReply> {
    this.waiting += 1;
    const reply = this.last.then(() => this.run(task)).finally(() => (this.waiting -= 1));
    this.last = reply.catch(() => undefined);
    return reply;
  }

  async end(): Promise<void> {
    const { worker } = this;
    clearTimeout(this.idle);
    this.worker = undefined;
    await worker?.terminate();
  }

  private async run(task: LookTask): Promise<LookReply> {
    clearTimeout(this.idle);
    const worker = (this.worker ??= openThread(this.thread));
    worker.ref();
    try {
      return await answerOf(worker, task, this.timeoutMs);
    } catch {
      await this.end();
      throw unread('the second engine failed on the header or ran out of time');
    } finally {
      worker.unref();
      this.idle = setTimeout(() => void this.end(), IDLE_MS).unref();
    }
  }
}

function answerOf(worker: Worker, task: LookTask, timeoutMs: number): Promise<LookReply> {
  const { promise, resolve, reject } = Promise.withResolvers<LookReply>();
  const timer = setTimeout(() => reject(new Error('late')), timeoutMs);
  const died = () => reject(new Error('died'));
  worker.once('message', resolve);
  worker.once('error', died);
  worker.once('exit', died);
  worker.postMessage(task, [task.header]);
  return promise.finally(() => {
    clearTimeout(timer);
    worker.off('message', resolve).off('error', died).off('exit', died);
  });
}

/** From sources Node takes the types out itself; only the ending of relative imports must be found again. */
const FROM_SOURCE = `data:text/javascript,${encodeURIComponent(
  `import { registerHooks } from 'node:module';
   registerHooks({ resolve: (name, context, next) =>
     next(
       context.parentURL?.endsWith('.ts') && /^\\.{1,2}\\/.*\\.js$/.test(name) ? name.slice(0, -3) + '.ts' : name,
       context) });`,
)}`;

function openThread(thread: URL): Worker {
  const worker = new Worker(thread, {
    execArgv: FROM_SOURCES ? ['--no-warnings', '--conditions=@sluice/source', `--import=${FROM_SOURCE}`] : [],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
    env: {},
  });
  // After its death nobody may be listening.
  worker.on('error', () => undefined);
  worker.unref();
  return worker;
}
