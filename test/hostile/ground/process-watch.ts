import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** One look at the process under attack. */
export interface Sample {
  readonly at: number;
  /** Longest block of its event loop since the look before, ms, as it says of itself (prom-client resets the histogram at each scrape). */
  readonly lagMs: number;
  /** How long its main thread was ready to run since then and the kernel ran others, ms: no fault of its own. */
  readonly waitedMs: number;
  readonly rssBytes: number;
}

const EVERY_MS = 150;

/** Scrapes /metrics all the time, so that each block of the event loop is seen within a small window. */
export class ProcessWatch {
  readonly samples: Sample[] = [];
  readonly #url: string;
  readonly #pid: number;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(options: { readonly httpPort: number; readonly pid: number }) {
    this.#url = `http://127.0.0.1:${options.httpPort}/metrics`;
    this.#pid = options.pid;
  }

  start(): void {
    this.#running = this.#watch();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  get rssBytes(): number {
    return this.samples.at(-1)?.rssBytes ?? 0;
  }

  /** The worst block of our own making since `from`, ms: what the kernel kept the thread waiting is taken off. */
  worstBlockMs(from = 0): number {
    return Math.max(
      0,
      ...this.samples.filter(({ at }) => at >= from).map(({ lagMs, waitedMs }) => lagMs - waitedMs),
    );
  }

  /** A number from the page, summed over label sets; 0 when it is not there. */
  async metric(name: string): Promise<number> {
    return numberOf(await this.#page(), name);
  }

  async #watch(): Promise<void> {
    await this.#page();
    for (let waited = waitedMs(this.#pid); !this.#stopped;) {
      await sleep(EVERY_MS);
      const page = await this.#page().catch(() => '');
      const now = waitedMs(this.#pid);
      if (page === '') continue;
      this.samples.push({
        at: Date.now(),
        lagMs: numberOf(page, 'nodejs_eventloop_lag_max_seconds') * 1000,
        waitedMs: now - waited,
        rssBytes: numberOf(page, 'process_resident_memory_bytes'),
      });
      waited = now;
    }
  }

  async #page(): Promise<string> {
    const answer = await fetch(this.#url, { signal: AbortSignal.timeout(10_000) });
    return answer.text();
  }
}

/** Second number of schedstat: nanoseconds spent ready in a run queue (Linux, Documentation/scheduler/sched-stats). */
function waitedMs(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

function numberOf(page: string, name: string): number {
  return page
    .split('\n')
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
