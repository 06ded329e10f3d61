import { isSluiceError } from '@sluice/contracts';
import type { Store } from './store.js';

/** Small immutable values, such as wrapped secrets, kept as objects; fits crypto's `SecretShelf`. */
export interface SmallObjects {
  /** Stores unless taken; returns what stands there afterwards. */
  putIfAbsent(name: string, value: Buffer): Promise<Buffer>;
  get(name: string): Promise<Buffer | undefined>;
  /** Whether anything at all stands under `prefix`. */
  holdsAny(prefix: string): Promise<boolean>;
}

/** @throws SluiceError STORE_* */
export function secretShelf(store: Store): SmallObjects {
  return {
    async putIfAbsent(name, value) {
      const { created } = await store.put(name, value);
      return created ? value : gather(await store.get({ name }));
    },
    async get(name) {
      try {
        return await gather(await store.get({ name }));
      } catch (error) {
        if (isSluiceError(error) && error.code === 'STORE_OBJECT_MISSING') return undefined;
        throw error;
      }
    },
    async holdsAny(prefix) {
      for await (const _object of store.list(prefix)) return true;
      return false;
    },
  };
}

async function gather(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(chunks));
}
