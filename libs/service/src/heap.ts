import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const LOOK_EVERY_MS = 5_000;
/** Share of the time that the event loop was busy. */
const IDLE_BELOW = 0.2;

/**
 * Sizes the heap for image bytes, which lie outside it but count for it. V8's own factor, chosen without them, collects everything
 * each 16 MB that pass: half of the processor time of intake (measured). So the heap may grow to four times what is alive, and the
 * cheap collection of young objects, which frees most of those bytes, runs early. The peak stays the same; --max-old-space-size
 * bounds it as before.
 */
export function collectGarbageLessOften(): void {
  setFlagsFromString('--heap-growing-percent=300');
  setFlagsFromString('--minor-gc-task-trigger=10');
}

/**
 * Collects once when the process becomes idle after work: Node never does, and would keep the bytes of the last images until the
 * next ones come. Returns what ends the watch.
 */
export function collectWhenIdle(lookEveryMs = LOOK_EVERY_MS): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let last = performance.eventLoopUtilization();
  let worked = true;
  const look = () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    if (utilization >= IDLE_BELOW) worked = true;
    else if (worked) {
      worked = false;
      collect();
    }
  };
  const timer = setInterval(look, lookEveryMs).unref();
  return () => clearInterval(timer);
}
