import { setTimeout as sleep } from 'node:timers/promises';

/** No pause between two tries is longer. */
export const LONGEST_PAUSE_MS = 30_000;

/** Doubles from `firstMs` to 30 s. `attempt` counts from 1. */
export function pauseMs(firstMs: number, attempt: number): number {
  return Math.min(LONGEST_PAUSE_MS, firstMs * 2 ** Math.min(attempt - 1, 20));
}

/** Waits; false when the signal ended it early. */
export async function rest(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  return sleep(ms, true, { signal }).catch(() => false);
}

/** Tries until it works; false when the signal ended it. For what must not be given up: a dead letter, a note in the journal. */
export async function persist(
  work: () => Promise<void>,
  options: { firstMs: number; signal: AbortSignal },
): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    const done = await work().then(
      () => true,
      () => false,
    );
    if (done) return true;
    if (!(await rest(pauseMs(options.firstMs, attempt), options.signal))) return false;
  }
}
