import { defineErrors } from './entry.js';

/** Codes of the room `database`. */
export const DATABASE_ERRORS = defineErrors({
  DATABASE_UNAVAILABLE: {
    kind: 'transient',
    hint: 'The database does not answer: check DATABASE_URL, the server and its connections.',
  },
  DATABASE_REFUSED: {
    kind: 'transient',
    hint: 'The database refuses this service: check its role, password and grants.',
  },
  DATABASE_OUT_OF_SPACE: { kind: 'transient', hint: 'The database is full: free space or grow its disk.' },
  DATABASE_DAMAGED: {
    kind: 'fatal',
    hint: 'The database file is damaged or is no database: restore it from a backup before you start again.',
  },
  DATABASE_URL_INVALID: { kind: 'fatal', hint: 'DATABASE_URL must be postgres://... or sqlite:FILE.' },
  DATABASE_TABLES_MISSING: {
    kind: 'transient',
    hint: 'Tables that belong to a service are not there yet, or older than this version: start that service of this version once, then try again.',
  },
  DATABASE_MIGRATION_FAILED: {
    kind: 'fatal',
    hint: 'A table could not be brought up to date: the version is older than the database, or a migration is wrong.',
  },
});
