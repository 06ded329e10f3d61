import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** Where a service listens and logs, and its settings. */
export interface ProcessOptions {
  readonly httpPort: number;
  readonly logFile: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Default: the build of the app of that name. */
  readonly program?: URL | undefined;
  /** What follows the program's name. */
  readonly words?: readonly string[];
}

/** One service as its own process, started from its build as an image would start it. */
export class ServiceProcess {
  readonly name: string;
  readonly httpPort: number;
  readonly logFile: string;
  readonly #environment: Readonly<Record<string, string>>;
  #program: URL;
  readonly #words: readonly string[];
  #child: ChildProcess | undefined;

  constructor(name: string, options: ProcessOptions) {
    this.name = name;
    this.#program = options.program ?? ownBuildOf(name);
    this.#words = options.words ?? [];
    this.httpPort = options.httpPort;
    this.logFile = options.logFile;
    this.#environment = options.environment;
  }

  /** Another process of the same service on the same doors, with some settings of its own; not yet started. */
  twin(httpPort: number, logFile: string, settings: Readonly<Record<string, string>> = {}): ServiceProcess {
    const environment = { ...this.#environment, ...settings };
    return new ServiceProcess(this.name, { httpPort, logFile, environment, program: this.#program });
  }

  /** Waits for the end of a process that ends by itself; resolves to its exit code, or null after a signal. */
  async ended(): Promise<number | null> {
    if (this.#child && this.running) await once(this.#child, 'exit');
    return this.#child?.exitCode ?? null;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get running(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** From its next start it runs this revision's build of the app. */
  useOwnBuild(): void {
    this.#program = ownBuildOf(this.name);
  }

  /** Starts the process; its log is appended to `logFile`. Does not wait: see `ready`. */
  spawn(): void {
    const program = fileURLToPath(this.#program);
    if (!existsSync(program)) throw new Error(`${this.name} is not built: run \`npm run build\``);
    const log = openSync(this.logFile, 'a', 0o600);
    this.#child = spawn(process.execPath, [program, ...this.#words], {
      env: {
        PATH: process.env['PATH'],
        ...this.#environment,
        HTTP_PORT: String(this.httpPort),
        HTTP_HOST: '127.0.0.1',
      },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
  }

  /** Resolves when /health/ready says so. */
  async ready(withinMs = 30_000): Promise<void> {
    const until = Date.now() + withinMs;
    while (Date.now() < until) {
      if (await this.isReady()) return;
      if (!this.running) throw new Error(`${this.name} ended: ${await this.tail()}`);
      await sleep(50);
    }
    throw new Error(`${this.name} is not ready after ${withinMs} ms: ${await this.tail()}`);
  }

  async isReady(): Promise<boolean> {
    const answer = await fetch(`http://127.0.0.1:${this.httpPort}/health/ready`).catch(() => undefined);
    return answer?.ok ?? false;
  }

  /** Ends the process with a signal and waits for its end; resolves to the exit code, or null after a signal. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const child = this.#child;
    if (!child || !this.running) return child?.exitCode ?? null;
    child.kill(signal);
    await once(child, 'exit');
    return child.exitCode;
  }

  async tail(characters = 2000): Promise<string> {
    return (await readFile(this.logFile, 'utf8')).slice(-characters);
  }
}

const ownBuildOf = (name: string) => new URL(`../../apps/${name}/dist/main.js`, import.meta.url);
