import { defineErrors } from './entry.js';

/** Codes of the room `cli`. */
export const CLI_ERRORS = defineErrors({
  CLI_USAGE: { kind: 'permanent', hint: 'See `sluice help`.' },
  CLI_FILE_UNREADABLE: { kind: 'permanent', hint: 'The file cannot be opened or is no DICOM file.' },
  CLI_DEMO_INCOMPLETE: {
    kind: 'permanent',
    hint: 'Not every accepted instance was archived in time: see the log that the demo names.',
  },
});
