import { SluiceError } from '@sluice/contracts';

/** Something that holds a place while it runs. */
interface Guest {
  /** Ends it early. It may take its time, or not obey. */
  end(): void;
}

/** A few places, for as many commands at once. */
export interface Places {
  /** Runs `work` in a place of its own. @throws SluiceError CLI_DOOR_BUSY when none is free, or none will be given any more; what `work` throws */
  hold<T>(guest: Guest, work: () => Promise<T>): Promise<T>;
  /** Gives no more places; waits until all are free, and after `patienceMs` ends who still holds one. Who is ended has `leaveMs` to leave, and is not waited for longer. */
  drain(patienceMs: number, leaveMs?: number): Promise<void>;
}

/** From being ended to having closed what a command has open. */
const LEAVE_MS = 2_000;

export function openPlaces(most: number): Places {
  const held = new Map<Guest, Promise<unknown>>();
  let closing = false;
  return {
    hold: async (guest, work) => {
      if (closing || held.size >= most) throw new SluiceError('CLI_DOOR_BUSY');
      const running = work();
      held.set(guest, running);
      try {
        return await running;
      } finally {
        held.delete(guest);
      }
    },
    drain: async (patienceMs, leaveMs = LEAVE_MS) => {
      closing = true;
      const free = Promise.allSettled(held.values());
      if (await isDoneWithin(patienceMs, free)) return;
      for (const guest of held.keys()) guest.end();
      await isDoneWithin(leaveMs, free);
    },
  };
}

async function isDoneWithin(limitMs: number, work: Promise<unknown>): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), limitMs);
  try {
    return await Promise.race([work.then(() => true), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
