import { SluiceError } from '@sluice/contracts';
import type { Store } from '@sluice/store';

/** Refuses new bytes while the store is nearly full or too many instances are in flight. */
export interface Watermark {
  /** @throws SluiceError INTAKE_OUT_OF_RESOURCES, before any byte is taken; STORE_* when the store does not answer */
  check(): Promise<void>;
  /** Checks, then runs `work` counted as one instance in flight. @throws as `check` */
  within<T>(work: () => Promise<T>): Promise<T>;
}

const USAGE_AGE_MS = 1_000;

/** `usage` is a share of the store's space, 0..1; it is asked for at most once a second. */
export function createWatermark(
  store: Pick<Store, 'usage'>,
  limits: { usage: number; inFlight: number },
): Watermark {
  let inFlight = 0;
  let known: { at: number; usage: Promise<number | undefined> } | undefined;
  const usage = () => {
    if (!known || Date.now() - known.at > USAGE_AGE_MS) known = { at: Date.now(), usage: store.usage() };
    return known.usage;
  };
  const checkUsage = async () => {
    if (((await usage()) ?? 0) >= limits.usage)
      throw new SluiceError('INTAKE_OUT_OF_RESOURCES', { detail: 'the store is nearly full' });
  };
  const checkInFlight = () => {
    if (inFlight >= limits.inFlight)
      throw new SluiceError('INTAKE_OUT_OF_RESOURCES', { detail: 'too many instances in flight' });
  };
  return {
    async check() {
      await checkUsage();
      checkInFlight();
    },
    async within(work) {
      await checkUsage();
      // Nothing is awaited between check and count, or a crowd would pass together.
      checkInFlight();
      inFlight += 1;
      try {
        return await work();
      } finally {
        inFlight -= 1;
      }
    },
  };
}
