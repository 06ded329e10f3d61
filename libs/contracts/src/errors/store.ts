import { defineErrors } from './entry.js';

/** Codes of the room `store`. */
export const STORE_ERRORS = defineErrors({
  STORE_UNAVAILABLE: { kind: 'transient', hint: 'The object store does not answer: check STORE_URL, its credentials and the network.' },
  STORE_OUT_OF_SPACE: { kind: 'transient', hint: 'The object store is full: free space or grow it.', dimse: 0xa700, http: 503 },
  STORE_OBJECT_MISSING: { kind: 'permanent', hint: 'An object that an event names is not in the store: restore it, or ask the sender to send again.' },
  STORE_DIGEST_MISMATCH: { kind: 'permanent', hint: 'An object is not the one that its event names: treat the store as damaged and run `sluice verify`.' },
});
