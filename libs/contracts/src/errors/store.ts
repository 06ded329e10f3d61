import { defineErrors } from './entry.js';

/** Codes of the room `store`. */
export const STORE_ERRORS = defineErrors({
  STORE_UNAVAILABLE: {
    kind: 'transient',
    hint: 'The object store does not answer: check STORE_URL, its credentials and the network.',
  },
  STORE_REFUSED: {
    kind: 'transient',
    hint: 'The object store refuses this service: check its credentials and what they are granted on the bucket or folder.',
  },
  STORE_OUT_OF_SPACE: {
    kind: 'transient',
    hint: 'The object store is full: free space or grow it.',
    dimse: 0xa700,
    http: 503,
  },
  STORE_OBJECT_MISSING: {
    kind: 'permanent',
    hint: 'An object that an event names is not in the store: restore it, or ask the sender to send again.',
  },
  STORE_OBJECT_TOO_LARGE: {
    kind: 'permanent',
    hint: 'An object exceeds what one object may hold (128 GiB): send it in smaller pieces.',
    http: 413,
  },
  STORE_DIGEST_MISMATCH: {
    kind: 'permanent',
    hint: 'An object is not the one that its event names: treat the store as damaged and run `sluice verify`.',
  },
  STORE_NAME_INVALID: {
    kind: 'permanent',
    hint: 'A record names an object in a form that this house never uses: look at where the record came from.',
  },
  STORE_ABILITY_MISSING: {
    kind: 'fatal',
    hint: 'The object store does not do what an archive rests on: run `sluice doctor`, and take a store that passes.',
  },
  STORE_URL_INVALID: {
    kind: 'fatal',
    hint: 'STORE_URL must be file:DIR or s3://bucket[/prefix]?endpoint=...&region=...&forcePathStyle=...&checksums=when-required|when-supported.',
  },
});
