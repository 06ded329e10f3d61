import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { toolPath } from '../installation/foreign-tool.js';
import { freePort } from '../installation/free-port.js';

const PATIENCE_MS = 60_000;

/** One series of an answer. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** A rule as Prometheus judges it. */
export interface JudgedRule {
  readonly name: string;
  readonly health: 'ok' | 'err' | 'unknown';
  readonly lastError?: string;
  readonly state?: string;
}

/** A real Prometheus that scrapes one process every three seconds, with the given rules. */
export class Prometheus {
  readonly #url: string;
  readonly #folder: string;
  readonly #child: ChildProcess;

  private constructor(url: string, folder: string, child: ChildProcess) {
    this.#url = url;
    this.#folder = folder;
    this.#child = child;
  }

  /** Waits until it has scraped so often that rates have answers. @throws Error telling what to install */
  static async start(target: { port: number; ruleFiles: readonly string[] }): Promise<Prometheus> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-prometheus-'));
    const file = join(folder, 'prometheus.json');
    await writeFile(file, JSON.stringify(configOf(target)));
    const port = await freePort();
    const words = [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ];
    const child = spawn(toolPath('prometheus'), words, { stdio: 'ignore' });
    const prometheus = new Prometheus(`http://127.0.0.1:${port}`, folder, child);
    try {
      await prometheus.until('it has scraped four times', async () => {
        const [scrapes] = await prometheus.ask('count_over_time(up[5m])');
        return Number(scrapes?.value[1] ?? 0) >= 4;
      });
    } catch (error) {
      await prometheus.stop();
      throw error;
    }
    return prometheus;
  }

  /** The answer of the moment. @throws Error what Prometheus says of a question that it cannot answer */
  async ask(expr: string): Promise<Series[]> {
    const answer = await this.#get(`query?${new URLSearchParams({ query: expr }).toString()}`);
    const { result, resultType } = answer as { result: Series[]; resultType: string };
    return resultType === 'vector' ? result : [];
  }

  async rules(): Promise<JudgedRule[]> {
    const { groups } = (await this.#get('rules')) as { groups: { rules: JudgedRule[] }[] };
    return groups.flatMap(({ rules }) => rules);
  }

  /** Waits for a fact; a Prometheus that does not listen yet has none. */
  async until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
    const until = Date.now() + PATIENCE_MS;
    while (Date.now() < until) {
      if (await isTrue().catch(() => false)) return;
      if (this.#child.exitCode !== null) throw new Error(`Prometheus ended before ${what}`);
      await sleep(200);
    }
    throw new Error(`Prometheus did not get so far that ${what}`);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.kill('SIGKILL')) await once(this.#child, 'exit');
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #get(path: string): Promise<unknown> {
    const response = await fetch(`${this.#url}/api/v1/${path}`);
    const { status, data, error } = (await response.json()) as {
      status: string;
      data: unknown;
      error?: string;
    };
    if (status !== 'success') throw new Error(error ?? 'no answer');
    return data;
  }
}

const configOf = ({ port, ruleFiles }: { port: number; ruleFiles: readonly string[] }) => ({
  global: { scrape_interval: '3s', scrape_timeout: '3s', evaluation_interval: '3s' },
  rule_files: ruleFiles,
  scrape_configs: [{ job_name: 'sluice', static_configs: [{ targets: [`127.0.0.1:${port}`] }] }],
});
