import { defineErrors } from './entry.js';

/** Codes of the room `database`. */
export const DATABASE_ERRORS = defineErrors({
  DATABASE_UNAVAILABLE: { kind: 'transient', hint: 'The database does not answer: check DATABASE_URL, the server and its connections.' },
});
