import { SluiceError } from '@sluice/contracts';

/** Something that holds a place while it runs. */
interface Guest {
  /** Ends it early. */
  end(): void;
}

/** A few places, for as many commands at once. */
export interface Places {
  /** Runs `work` in a place of its own. @throws SluiceError CLI_DOOR_BUSY when none is free, or none will be given any more; what `work` throws */
  hold<T>(guest: Guest, work: () => Promise<T>): Promise<T>;
  /** Gives no more places; waits until all are free, and after `patienceMs` ends who still holds one. */
  drain(patienceMs: number): Promise<void>;
}

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
    drain: async (patienceMs) => {
      closing = true;
      const late = setTimeout(() => [...held.keys()].forEach((guest) => guest.end()), patienceMs);
      await Promise.allSettled(held.values());
      clearTimeout(late);
    },
  };
}
