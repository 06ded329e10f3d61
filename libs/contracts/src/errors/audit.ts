import { defineErrors } from './entry.js';

/** Codes of the room `audit`. */
export const AUDIT_ERRORS = defineErrors({
  AUDIT_NOT_RECORDED: { kind: 'transient', hint: 'The audit record could not be written, so the sealed object was not opened: check the database.' },
});
