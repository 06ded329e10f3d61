import { defineErrors } from './entry.js';

/** Codes of the room `archival`. */
export const ARCHIVAL_ERRORS = defineErrors({
  ARCHIVAL_VERIFY_FAILED: {
    kind: 'permanent',
    hint: 'An archived object did not open or differs from what was received; its staged copy is kept.',
  },
  ARCHIVAL_COPY_LOST: {
    kind: 'permanent',
    hint: 'A staged object was to be deleted, but its archived copy is missing or is not what was indexed: bring `archive/` back from a backup (docs/backup.md); until then the staged one is kept.',
  },
  ARCHIVAL_NOTE_INVALID: {
    kind: 'permanent',
    hint: 'A release note is none, or describes other bytes than were archived: its study gets no manifest; have the instance sent again under a new profile or code version.',
  },
  ARCHIVAL_DECISION_REFUSED: {
    kind: 'permanent',
    hint: 'A decision on a quarantined instance was not carried out: another one came first, or nothing is held that may be decided so. See `sluice quarantine`.',
  },
  ARCHIVAL_NOT_ARCHIVED_YET: {
    kind: 'permanent',
    hint: 'A quarantined instance cannot be staged again before its original is archived: retry the dead letter when it is.',
  },
});
