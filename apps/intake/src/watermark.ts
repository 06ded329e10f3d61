import { SluiceError } from '@sluice/contracts';
import type { Store } from '@sluice/store';

/** Refuses new bytes while the store is nearly full or too many instances are in flight. */
export interface Watermark {
  /** @throws SluiceError INTAKE_OUT_OF_RESOURCES, before any byte is taken */
  check(): Promise<void>;
  /** Runs `work` counted as one instance in flight. */
  within<T>(work: () => Promise<T>): Promise<T>;
}

/** `usage` is a share of the store's space, 0..1; it is asked for at most once a second. */
export function createWatermark(
  store: Pick<Store, 'usage'>,
  limits: { usage: number; inFlight: number },
): Watermark {
  let inFlight = 0;
  let usage: { at: number; value: number } = { at: 0, value: 0 };
  const currentUsage = async () => {
    if (Date.now() - usage.at > 1000) usage = { at: Date.now(), value: (await store.usage()) ?? 0 };
    return usage.value;
  };
  return {
    async check() {
      if (inFlight >= limits.inFlight)
        throw new SluiceError('INTAKE_OUT_OF_RESOURCES', { detail: 'too many instances in flight' });
      if ((await currentUsage()) >= limits.usage)
        throw new SluiceError('INTAKE_OUT_OF_RESOURCES', { detail: 'the store is nearly full' });
    },
    async within(work) {
      inFlight += 1;
      try {
        return await work();
      } finally {
        inFlight -= 1;
      }
    },
  };
}
