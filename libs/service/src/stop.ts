import type { OwnedHost } from './host.js';

/** The one way out of a process. */
export interface Stop {
  /** Stops once; the second call leaves and ends the process. */
  now(reason: string): Promise<void>;
}

/** Drains and closes within `graceMs`, then calls `exit`. */
export function openStop(
  { host, closing }: Pick<OwnedHost, 'host' | 'closing'>,
  { exit, graceMs }: { exit: (code: number) => void; graceMs: number },
): Stop {
  let stopping = false;
  return {
    now: async (reason) => {
      if (stopping) {
        host.log.warn('told twice to stop', { reason });
        await closing.leave();
        return exit(1);
      }
      stopping = true;
      host.health.drain();
      host.log.info('stopping', { reason });
      exit(await closeWithin(graceMs, { host, closing }));
    },
  };
}

async function closeWithin(
  graceMs: number,
  { host, closing }: Pick<OwnedHost, 'host' | 'closing'>,
): Promise<number> {
  const late = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => late.resolve('late'), graceMs);
  try {
    if ((await Promise.race([closing.run(), late.promise])) === 'late') {
      host.log.warn('the stop took too long', { waitMs: graceMs });
      await closing.leave();
      return 1;
    }
    host.log.info('stopped');
    return 0;
  } catch (thrown) {
    host.log.error('the stop failed', thrown);
    return 1;
  } finally {
    clearTimeout(timer);
  }
}
