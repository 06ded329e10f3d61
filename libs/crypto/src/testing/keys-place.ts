import type { Keys } from '../keys.js';
import type { KeysOptions } from '../open-keys.js';

/** A fresh key service for one run of the suite. */
export interface KeysPlace {
  /** Opens the same keys as often as asked, as several processes or a restart would. */
  open(options: Pick<KeysOptions, 'shelf' | 'database'>): Promise<Keys>;
  remove(): Promise<void>;
}
