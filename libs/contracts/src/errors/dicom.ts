import { defineErrors } from './entry.js';

/** Codes of the room `dicom`. */
export const DICOM_ERRORS = defineErrors({
  DICOM_MALFORMED: { kind: 'permanent', hint: 'The object is not valid DICOM; the detail says where reading stopped.', dimse: 0xc000, http: 409 },
  DICOM_LIMIT_EXCEEDED: { kind: 'permanent', hint: 'The object exceeds a limit (depth, length, count, ratio); the detail names it.', dimse: 0xc001, http: 409 },
  DICOM_SYNTAX_UNSUPPORTED: { kind: 'permanent', hint: 'The transfer syntax is not one that Sluice reads.', dimse: 0xc002, http: 415 },
});
