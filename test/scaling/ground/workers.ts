import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../installation/free-port.ts';
import { ServiceProcess } from '../../installation/service-process.ts';

/** Scrubbing processes of one installation, as many as asked for: what a kubelet does for pods. */
export class Workers {
  readonly #folder: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #running: ServiceProcess[] = [];
  /** One change at a time. */
  #last: Promise<void> = Promise.resolve();
  #asked = 0;
  #started = 0;

  constructor(folder: string, environment: Readonly<Record<string, string>>) {
    this.#folder = folder;
    this.#environment = environment;
  }

  get asked(): number {
    return this.#asked;
  }

  /** Processes that live. */
  get running(): number {
    return this.#running.filter((each) => each.running).length;
  }

  /** How many have been started so far. */
  get started(): number {
    return this.#started;
  }

  /** Starts and stops processes until there are so many; one that is too much is asked politely, as a kubelet does. */
  keep(count: number): Promise<void> {
    this.#asked = count;
    this.#last = this.#last.then(() => this.#reconcile());
    return this.#last;
  }

  /** Resolves when every process says that it is ready. */
  async ready(): Promise<void> {
    await Promise.all(this.#running.map((each) => each.ready(120_000)));
  }

  /** Kills the oldest with SIGKILL and starts another in its place. */
  async killOne(): Promise<void> {
    await this.#running[0]?.end('SIGKILL');
    await this.keep(this.#asked);
  }

  async #reconcile(): Promise<void> {
    const living = this.#running.filter((each) => each.running);
    this.#running.splice(0, this.#running.length, ...living);
    while (this.#running.length < this.#asked) await this.#start();
    const surplus = this.#running.splice(this.#asked);
    await Promise.all(surplus.map((each) => each.end('SIGTERM')));
  }

  async #start(): Promise<void> {
    this.#started += 1;
    const logFile = join(this.#folder, `scrubbing-${this.#started}.log`);
    const worker = new ServiceProcess('scrubbing', {
      httpPort: await freePort(),
      logFile,
      environment: this.#environment,
    });
    worker.spawn();
    this.#running.push(worker);
  }
}

/** Keeps as many workers as the Deployment asks for, until it is stopped. */
export function followDeployment(
  kubectl: readonly string[],
  deployment: { readonly namespace: string; readonly name: string },
  workers: Workers,
): { stop(): Promise<void> } {
  const [program = '', ...always] = kubectl;
  const { namespace, name } = deployment;
  const what = [
    'get',
    'deployment',
    name,
    `--namespace=${namespace}`,
    '--watch',
    '--output-watch-events=false',
  ];
  const args = [...always, ...what, '-o', 'jsonpath={.spec.replicas}{"\\n"}'];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  createInterface({ input: child.stdout }).on('line', (line) => void workers.keep(Number(line)));
  return {
    stop: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
