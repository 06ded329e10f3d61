import { spawn } from 'node:child_process';
import { once } from 'node:events';

const LIMIT_MS = 120_000;

/** How a command ended, and what it said. */
export interface Answer {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs kubectl against one server, with `input` on its standard input. Never throws for a refusal. */
export type Kubectl = (args: readonly string[], input?: string) => Promise<Answer>;

/** kubectl of one kubeconfig; it keeps what it learnt of the server in `cache`. */
export function openKubectl(place: { program: string; kubeconfig: string; cache: string }): Kubectl {
  const always = [`--kubeconfig=${place.kubeconfig}`, `--cache-dir=${place.cache}`];
  return (args, input = '') => answerOf([place.program, ...always, ...args], input);
}

/** Runs a command to its end, two minutes at most. */
export async function answerOf([program = '', ...args]: readonly string[], input = ''): Promise<Answer> {
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'], HOME: '/nonexistent' },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  const parts = { output: '', errors: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (parts.output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (parts.errors += text));
  // A command that is not interested in its input ends before it has read it.
  child.stdin.on('error', () => undefined).end(input);
  const [status] = (await once(child, 'close')) as [number | null];
  return { status: status ?? 1, ...parts };
}
