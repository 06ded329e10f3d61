/** Throws, rejects or says false when something that the room needs is not there. */
export type Check = () => boolean | Promise<unknown>;

/** State of one process for those who probe it. */
export interface Health {
  /** Asked by `/health/ready`; a promise's answer is kept for `CACHE_MS`. */
  add(name: string, check: Check): void;
  /** False before the start is complete, while draining, and when a check fails. */
  ready(): Promise<Readiness>;
  /** False once the process can never work again. */
  live(): boolean;
  /** The start is complete. */
  open(): void;
  /** Not ready from now on; `live` stays as it is. */
  drain(): void;
  /** Neither ready nor live from now on. */
  fail(): void;
}

export interface Readiness {
  readonly ready: boolean;
  readonly phase: Phase;
  readonly checks: Readonly<Record<string, 'ok' | 'failing'>>;
}

/** A process goes through them in this order and never back. */
const PHASES = ['starting', 'open', 'draining', 'failed'] as const;
export type Phase = (typeof PHASES)[number];

const CACHE_MS = 3_000;
const CHECK_TIMEOUT_MS = 2_500;

/** Health of this process: starting until `open()` is called. */
export function openHealth(): Health {
  const checks = new Map<string, () => Promise<boolean>>();
  let phase: Phase = 'starting';
  const enter = (next: Phase) => () => {
    if (PHASES.indexOf(next) > PHASES.indexOf(phase)) phase = next;
  };
  return {
    add: (name, check) => void checks.set(name, cached(check)),
    ready: async () => {
      const results = await Promise.all(
        [...checks].map(async ([name, check]) => [name, (await check()) ? 'ok' : 'failing'] as const),
      );
      return {
        ready: phase === 'open' && results.every(([, result]) => result === 'ok'),
        phase,
        checks: Object.fromEntries(results),
      };
    },
    live: () => phase !== 'failed',
    open: enter('open'),
    drain: enter('draining'),
    fail: enter('failed'),
  };
}

/** Probes ask often; the doors are asked at most once per CACHE_MS. A check that answers at once is never kept. */
function cached(check: Check): () => Promise<boolean> {
  let kept: { at: number; answer: Promise<boolean> } | undefined;
  return () => {
    if (kept && performance.now() - kept.at < CACHE_MS) return kept.answer;
    const answer = ask(check);
    if (typeof answer === 'boolean') return Promise.resolve(answer);
    kept = { at: performance.now(), answer };
    return answer;
  };
}

function ask(check: Check): boolean | Promise<boolean> {
  try {
    const answer = check();
    return typeof answer === 'boolean' ? answer : inTime(answer);
  } catch {
    return false;
  }
}

async function inTime(answer: Promise<unknown>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), CHECK_TIMEOUT_MS);
  try {
    return (await Promise.race([answer, late.promise])) !== false;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
