import { defineErrors } from './entry.js';

/** Codes of the room `archival`. */
export const ARCHIVAL_ERRORS = defineErrors({
  ARCHIVAL_VERIFY_FAILED: {
    kind: 'permanent',
    hint: 'An archived object did not open or differs from what was received; its staged copy is kept.',
  },
});
