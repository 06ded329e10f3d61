import { defineErrors } from './entry.js';

/** Codes of the room `dicom`. */
export const DICOM_ERRORS = defineErrors({
  DICOM_MALFORMED: {
    kind: 'permanent',
    hint: 'The object is not valid DICOM; the detail says where reading stopped.',
    dimse: 0xc000,
    http: 409,
  },
  DICOM_LIMIT_EXCEEDED: {
    kind: 'permanent',
    hint: 'The object exceeds a limit (depth, length, count, ratio); the detail names it.',
    dimse: 0xc001,
    http: 409,
  },
  DICOM_SYNTAX_UNSUPPORTED: {
    kind: 'permanent',
    hint: 'The transfer syntax is not one that Sluice reads.',
    dimse: 0xc002,
    http: 415,
  },
  DICOM_PIXELS_UNSUPPORTED: {
    kind: 'permanent',
    hint: 'No codec here reads or writes pixels of this kind (docs/pixel-syntaxes.md); the detail names it.',
  },
  DICOM_PIXELS_MALFORMED: {
    kind: 'permanent',
    hint: 'The pixel data cannot be decoded or contradicts the header; the detail says how.',
  },
  DICOM_CODEC_FAILED: {
    kind: 'permanent',
    hint: 'The codec died or ran past its time or memory on a frame and was replaced; the object is to be looked at by a person.',
  },
  DICOM_ASSOCIATION_LOST: {
    kind: 'transient',
    hint: 'The peer aborted or the connection broke before the end: it sends again.',
  },
  DICOM_ASSOCIATION_REJECTED: {
    kind: 'permanent',
    hint: 'The peer rejected the association: check AE titles, address and its peer table; the detail has result, source and reason.',
  },
  DICOM_LISTEN_FAILED: {
    kind: 'fatal',
    hint: 'The DICOM port cannot be opened: check that it is free and allowed.',
  },
  DICOM_PEER_UNREACHABLE: {
    kind: 'transient',
    hint: 'The peer does not answer: check host, port, TLS and the network.',
  },
  DICOM_TITLE_INVALID: {
    kind: 'permanent',
    hint: 'An AE title has 1 to 16 characters, no backslash and no control character.',
  },
});
