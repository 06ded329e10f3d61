import { defineErrors } from './entry.js';

/** Codes of the room `cli`. */
export const CLI_ERRORS = defineErrors({
  CLI_USAGE: { kind: 'permanent', hint: 'See `sluice help`.' },
  CLI_FILE_UNREADABLE: {
    kind: 'permanent',
    hint: 'The file cannot be opened, or not be read to its end, or is no DICOM file: look at its rights and at its disk.',
  },
  CLI_OUT_NOT_EMPTY: {
    kind: 'fatal',
    hint: 'Name a new folder for each run: what an earlier run released would lie beside what this one holds back. Delete each `.part` file there: a run that was killed left it, and it was never checked.',
  },
  CLI_OUT_UNWRITABLE: {
    kind: 'fatal',
    hint: 'The folder or report that a command was told to write cannot be written: look at its rights and the space on its disk, delete any `.part` file in it (never checked), and take a new folder.',
  },
  CLI_NOTE_INVALID: {
    kind: 'permanent',
    hint: 'The note file is no release proof (docs/release/release.proof.v1.schema.json): give the NAME.note.json that was exported with the object.',
  },
  CLI_OBJECT_CHANGED: {
    kind: 'permanent',
    hint: 'The object is not the one that was released under this note: it was changed since, or belongs to another note.',
  },
  CLI_NOTE_CHANGED: {
    kind: 'permanent',
    hint: 'The note is not the one that was signed: what it says of the object was changed.',
  },
  CLI_PROOF_CHANGED: {
    kind: 'permanent',
    hint: 'The inclusion proof does not lead from the note to the signed root: leaf or path were changed, or belong to another note.',
  },
  CLI_ROOT_CHANGED: {
    kind: 'permanent',
    hint: 'The root is not the one that was signed, and the note does not lead to it.',
  },
  CLI_SIGNATURE_WRONG: {
    kind: 'permanent',
    hint: 'The signature is not on this root and manifest: one of them was changed.',
  },
  CLI_KEY_DIFFERS: {
    kind: 'permanent',
    hint: 'The root was signed by another key than the one given: ask who released the object for the public key with the id in the note.',
  },
  CLI_DEMO_INCOMPLETE: {
    kind: 'permanent',
    hint: 'Not every accepted instance was archived in time: see the log that the demo names.',
  },
  CLI_QUARANTINE_UNKNOWN: {
    kind: 'permanent',
    hint: 'No quarantined instance has this key: see `sluice quarantine list`.',
  },
  CLI_QUARANTINE_DECIDED: {
    kind: 'permanent',
    hint: 'A person has decided about this instance before; the first decision holds.',
  },
  CLI_QUARANTINE_NOT_RELEASABLE: {
    kind: 'permanent',
    hint: 'What stopped this instance cannot be judged by looking at its pixels: reject it, or have it corrected and sent again.',
  },
  CLI_QUARANTINE_NOT_ARCHIVED: {
    kind: 'permanent',
    hint: 'The instance is not archived yet: try again in a moment, and look at the dead letters when it stays so.',
  },
  CLI_TOKEN_UNKNOWN: {
    kind: 'permanent',
    hint: 'The admin door knows nobody with this token: give the one that `sluice admin-token` showed, or have a new entry made in ADMIN_PEOPLE.',
    http: 401,
  },
  CLI_NOT_ALLOWED: {
    kind: 'permanent',
    hint: 'The admin door knows the person, and this command is not among those that its entry in ADMIN_PEOPLE may run.',
    http: 403,
  },
  CLI_DOOR_NEEDS_TLS: {
    kind: 'permanent',
    hint: 'Commands are taken by the port of ADMIN_PORT alone, over TLS: a token must not travel in clear.',
    http: 403,
  },
  CLI_DOOR_BUSY: {
    kind: 'transient',
    hint: 'The admin door runs as many commands as it may, or is being stopped: try again in a moment.',
  },
  CLI_PERSON_GONE: {
    kind: 'permanent',
    hint: 'Who asked the admin door ended the connection, or took nothing for ten minutes, before the command was done: what it had decided holds, its files are not whole.',
  },
  CLI_DOOR_UNREACHABLE: {
    kind: 'transient',
    hint: 'Nobody answers at ADMIN_URL, or its certificate is not trusted (ADMIN_CA).',
  },
  CLI_DOOR_ANSWER: {
    kind: 'permanent',
    hint: 'What answers at ADMIN_URL is no admin door of this version, or its answer was cut: run the command again.',
  },
  CLI_ARCHIVAL_BEHIND: {
    kind: 'transient',
    hint: 'Archival has not read what it was told, and what it has not read has no row: let it catch up, and run the command again.',
  },
});
