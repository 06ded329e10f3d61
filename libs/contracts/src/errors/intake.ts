import { defineErrors } from './entry.js';

/** Codes of the room `intake`. */
export const INTAKE_ERRORS = defineErrors({
  INTAKE_IDENTIFIERS_MISSING: {
    kind: 'permanent',
    hint: 'Study, Series or SOP Instance UID is missing or not a UID: correct the sender.',
    dimse: 0xa900,
    http: 409,
  },
  INTAKE_DIRECTORY_REFUSED: {
    kind: 'permanent',
    hint: 'A DICOMDIR is an index of a medium and no instance: send the files that it lists.',
    dimse: 0xa900,
    http: 409,
  },
  INTAKE_UID_MISMATCH: {
    kind: 'permanent',
    hint: 'SOP class or instance of the data set differs from the request: correct the sender.',
    dimse: 0xa900,
    http: 409,
  },
  INTAKE_NAME_DIFFERS: {
    kind: 'permanent',
    hint: 'A staged object is not the instance that its name says: it was staged under the keys of another installation, or put there by somebody else. Look at it before anything is done with it.',
    dimse: 0xc000,
    http: 409,
  },
  INTAKE_SENDER_UNKNOWN: {
    kind: 'permanent',
    hint: 'Whose patient a staged object shows cannot be told: PEERS has no peer of its tenant, or peers of several issuers of Patient IDs, and neither the object nor its study says which. Let its sender send it again.',
    dimse: 0xc000,
    http: 409,
  },
  INTAKE_OUT_OF_RESOURCES: {
    kind: 'transient',
    hint: 'The watermark is reached, or too many instances wait for their turn: let the pipeline drain, or raise INTAKE_IN_FLIGHT; the sender retries.',
    dimse: 0xa700,
    http: 503,
  },
  INTAKE_PEER_REFUSED: {
    kind: 'permanent',
    hint: 'The sender is not in the peer table, or used another address or certificate.',
    dimse: 0x0124,
    http: 403,
  },
  INTAKE_ASSOCIATION_REFUSED: {
    kind: 'transient',
    hint: 'The listener had no place for an association, is being stopped, or was asked in a way PS3.8 does not allow.',
    dimse: 0xa700,
  },
  INTAKE_SOP_CLASS_REFUSED: {
    kind: 'permanent',
    hint: 'The sender is not allowed this SOP class: see its row in the peer table, and docs/conformance.md.',
    dimse: 0x0122,
    http: 409,
  },
  INTAKE_SYNTAX_REFUSED: {
    kind: 'permanent',
    hint: 'The sender is not allowed this transfer syntax: see its row in the peer table, and docs/conformance.md.',
    dimse: 0xc122,
    http: 409,
  },
  INTAKE_CALLED_TITLE_REFUSED: {
    kind: 'permanent',
    hint: 'The sender calls another AE title than it should: correct DIMSE_AE_TITLE, its row in the peer table, or the sender.',
    dimse: 0x0124,
    http: 403,
  },
  INTAKE_STUDY_INVALID: {
    kind: 'permanent',
    hint: 'The study in the path of the request is not a UID: correct the sender.',
    http: 400,
  },
  INTAKE_BODY_TOO_SLOW: {
    kind: 'transient',
    hint: 'The bytes of an instance came too slowly or stopped: look at the network, raise STOW_IDLE_MS or lower INTAKE_MIN_BYTES_PER_SECOND; the sender sends again.',
    dimse: 0xa700,
    http: 408,
  },
  INTAKE_BODY_MALFORMED: {
    kind: 'permanent',
    hint: 'The HTTP body is not complete multipart/related or application/dicom: correct the sender.',
    dimse: 0xc000,
    http: 400,
  },
  INTAKE_MEDIA_TYPE_REFUSED: {
    kind: 'permanent',
    hint: 'Only application/dicom parts are taken: correct the sender.',
    dimse: 0xc000,
    http: 415,
  },
  INTAKE_CREDENTIALS_MISSING: {
    kind: 'permanent',
    hint: 'The HTTP request has neither a bearer token nor a client certificate.',
    http: 401,
  },
});
