import type { SecretShelf } from './keys.js';

/** A shelf that says that secrets stand there: where the master key is missing, nobody makes another one. */
export const SHELF_IN_USE: SecretShelf = {
  holdsAny: async () => true,
  get: async () => undefined,
  putIfAbsent: () => Promise.reject(new Error('nothing is kept here')),
};
