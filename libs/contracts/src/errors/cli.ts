import { defineErrors } from './entry.js';

/** Codes of the room `cli`. */
export const CLI_ERRORS = defineErrors({
  CLI_USAGE: { kind: 'permanent', hint: 'See `sluice help`.' },
});
