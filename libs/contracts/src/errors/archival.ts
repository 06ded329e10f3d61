import { defineErrors } from './entry.js';

/** Codes of the room `archival`. */
export const ARCHIVAL_ERRORS = defineErrors({
  ARCHIVAL_VERIFY_FAILED: {
    kind: 'permanent',
    hint: 'An archived object did not open or differs from what was received; its staged copy is kept.',
  },
  ARCHIVAL_NOTE_INVALID: {
    kind: 'permanent',
    hint: 'A release note is none, or describes other bytes than were archived: its study gets no manifest; have the instance sent again under a new profile or code version.',
  },
});
