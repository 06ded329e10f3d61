import { defineErrors } from './entry.js';

/** Codes of the room `encryption`. */
export const ENCRYPTION_ERRORS = defineErrors({
  ENCRYPTION_CONTENT_MISMATCH: {
    kind: 'permanent',
    hint: 'A staged object does not hold the content that its event names.',
  },
});
