import { performance } from 'node:perf_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const LOOK_EVERY_MS = 5_000;
const LOOK_AT_IMAGES_EVERY_MS = 20;
/** Share of the time that the event loop was busy. */
const IDLE_BELOW = 0.4;
/** Less work than this leaves nothing worth a pause. */
const WORTH_COLLECTING_MS = 500;

/**
 * Sizes the heap for image bytes, which lie outside it but count for it. V8's own factor, chosen without them, collects everything
 * each 16 MB that pass: half of the processor time of intake (measured). So heap and image bytes together may grow to twice what
 * is alive (by themselves the bytes are allowed 64 MB more, however many are alive: half of the rate with mammograms), and the cheap
 * collection of young objects, which frees most of those bytes, runs early. --max-old-space-size bounds the heap as before.
 */
export function collectGarbageLessOften(): void {
  setFlagsFromString('--heap-growing-percent=100');
  setFlagsFromString('--external-memory-accounted-in-global-limit');
  setFlagsFromString('--minor-gc-task-trigger=10');
}

/**
 * Collects when the process is idle and has worked since the last time: Node never does, and would keep the bytes of the last images
 * until the next ones come. The flavour is the one that also gives memory back to the system. Returns what ends the watch.
 */
export function collectWhenIdle(lookEveryMs = LOOK_EVERY_MS): () => void {
  const collect = collector();
  let last = performance.eventLoopUtilization();
  let workedMs = WORTH_COLLECTING_MS;
  const look = () => {
    const now = performance.eventLoopUtilization();
    const { utilization, active } = performance.eventLoopUtilization(now, last);
    last = now;
    workedMs += active;
    if (utilization >= IDLE_BELOW || workedMs < WORTH_COLLECTING_MS) return;
    workedMs = 0;
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  };
  const timer = setInterval(look, lookEveryMs).unref();
  return () => clearInterval(timer);
}

/**
 * Collects whenever more image bytes than `mostBytes` lie outside the heap, for a process that should stay small: by itself V8 lets
 * 64 MB and more of frames that are done with pile up. Cheap: young objects first, all of them only where that was not enough. Returns what ends the watch.
 */
export function collectBeforeImagesPileUp(mostBytes: number): () => void {
  const collect = collector();
  const piledUp = () => getHeapStatistics().external_memory > mostBytes;
  const look = () => {
    if (piledUp()) collect({ type: 'minor', execution: 'sync' });
    if (piledUp()) collect({ type: 'major', execution: 'sync' });
  };
  const timer = setInterval(look, LOOK_AT_IMAGES_EVERY_MS).unref();
  return () => clearInterval(timer);
}

function collector(): (options: object) => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as (options: object) => void;
}
