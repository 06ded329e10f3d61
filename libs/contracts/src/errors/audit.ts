import { defineErrors } from './entry.js';

/** Codes of the room `audit`. */
export const AUDIT_ERRORS = defineErrors({
  AUDIT_NOT_RECORDED: {
    kind: 'transient',
    hint: 'The audit record could not be written, so the sealed object was not opened: check the database.',
  },
  AUDIT_RECORD_INVALID: {
    kind: 'permanent',
    hint: 'A room made an audit record that breaks the contract; the detail names the fields. A bug: report it.',
  },
});
