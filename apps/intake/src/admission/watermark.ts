import { SluiceError } from '@sluice/contracts';
import type { Store } from '@sluice/store';

/** Refuses new bytes while the store is nearly full. */
export interface Watermark {
  /** @throws SluiceError INTAKE_OUT_OF_RESOURCES, before any byte is taken; STORE_* when the store does not answer */
  check(): Promise<void>;
}

const USAGE_AGE_MS = 1_000;

/** `usage` is a share of the store's space, 0..1; it is asked for at most once a second. */
export function createWatermark(store: Pick<Store, 'usage'>, limits: { usage: number }): Watermark {
  let known: { at: number; usage: Promise<number | undefined> } | undefined;
  const usage = () => {
    if (!known || Date.now() - known.at > USAGE_AGE_MS) known = { at: Date.now(), usage: store.usage() };
    return known.usage;
  };
  return {
    async check() {
      if (((await usage()) ?? 0) >= limits.usage)
        throw new SluiceError('INTAKE_OUT_OF_RESOURCES', { detail: 'the store is nearly full' });
    },
  };
}
