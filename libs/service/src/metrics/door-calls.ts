import { toSluiceError } from '@sluice/contracts';
import type { Metrics } from './metrics.js';

/** One call through a door that ended. Without `durationMs` it only counts (a stream's time is its reader's too). */
export interface DoorCall {
  readonly door: string;
  readonly action: string;
  readonly durationMs?: number;
  readonly sizeBytes?: number;
  /** What it threw. */
  readonly error?: unknown;
}

/** Counts and times calls through doors; an error by its code. */
export function doorCalls(metrics: Metrics): (call: DoorCall) => void {
  const total = metrics.counter('door_calls_total');
  const durations = metrics.durations('door_call_duration_seconds');
  const bytes = metrics.counter('door_bytes_total');
  return ({ door, action, durationMs, sizeBytes, error }) => {
    total.add({ door, action, code: error === undefined ? undefined : toSluiceError(error).code });
    if (durationMs !== undefined) durations.observeMs(durationMs, { door, action });
    if (sizeBytes !== undefined && error === undefined) bytes.add({ door, action }, sizeBytes);
  };
}

type Call = (...given: unknown[]) => Promise<unknown>;

/** The same door (a plain object), each call of these methods reported; the object that it is about tells its size. */
export function countedDoor<D extends object>(
  door: D,
  { name, methods, report }: { name: string; methods: readonly string[]; report: (call: DoorCall) => void },
): D {
  const known = door as Readonly<Record<string, Call>>;
  const counted = methods.map((action) => {
    const work = Object.hasOwn(door, action) ? known[action] : undefined;
    if (!work) throw new Error(`the door ${name} has no ${action}`);
    return [action, countedCall(work.bind(door), { door: name, action }, report)];
  });
  return { ...door, ...(Object.fromEntries(counted) as Partial<D>) };
}

function countedCall(
  work: Call,
  what: Pick<DoorCall, 'door' | 'action'>,
  report: (call: DoorCall) => void,
): Call {
  return async (...given) => {
    const since = performance.now();
    try {
      const answer = await work(...given);
      const sizeBytes = sizeOf((answer as { ref?: unknown } | undefined)?.ref) ?? sizeOf(given[0]);
      report({
        ...what,
        durationMs: performance.now() - since,
        ...(sizeBytes !== undefined && { sizeBytes }),
      });
      return answer;
    } catch (error) {
      report({ ...what, durationMs: performance.now() - since, error });
      throw error;
    }
  };
}

function sizeOf(object: unknown): number | undefined {
  const size = (object as { sizeBytes?: unknown } | undefined)?.sizeBytes;
  return typeof size === 'number' ? size : undefined;
}
