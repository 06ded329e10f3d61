import { setTimeout as pause } from 'node:timers/promises';
import type { SecretShelf } from '../keys.js';

/** A shelf in memory whose answers come late and out of order, as a store's would. */
export interface MemoryShelf extends SecretShelf {
  readonly standing: Map<string, Buffer>;
}

/** An empty shelf. */
export function memoryShelf(): MemoryShelf {
  const standing = new Map<string, Buffer>();
  const delay = () => pause(Math.random() * 5);
  return {
    standing,
    async putIfAbsent(name, wrapped) {
      await delay();
      const there = standing.get(name) ?? Buffer.from(wrapped);
      standing.set(name, there);
      await delay();
      return there;
    },
    async get(name) {
      await delay();
      return standing.get(name);
    },
    async holdsAny(prefix) {
      await delay();
      return [...standing.keys()].some((name) => name.startsWith(prefix));
    },
  };
}
