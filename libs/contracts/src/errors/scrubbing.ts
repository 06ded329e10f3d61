import { defineErrors } from './entry.js';

/** Codes of the room `scrubbing`. Most are verdicts: they travel in `instance.quarantined`, they are not thrown. */
export const SCRUBBING_ERRORS = defineErrors({
  SCRUBBING_PIXELS_UNPROVEN: {
    kind: 'permanent',
    hint: 'Pixels or a document may show a name, and nothing here can read them to their end: a person must look.',
  },
  SCRUBBING_UNREADABLE: {
    kind: 'permanent',
    hint: 'The data set cannot be read to its end, so nothing of it is released.',
  },
  SCRUBBING_DIRECTORY: {
    kind: 'permanent',
    hint: 'A DICOMDIR is an index of persons and no object of one: give the files that it lists, never itself.',
  },
  SCRUBBING_DOCUMENT_DROPPED: {
    kind: 'permanent',
    hint: 'An encapsulated document (PDF, CDA, STL, OBJ): the profile says that documents are not released. Nothing is to be done.',
  },
  SCRUBBING_DOCUMENT_HELD: {
    kind: 'permanent',
    hint: 'An encapsulated document (PDF, CDA, STL, OBJ): nothing cleans it, a person must look.',
  },
  SCRUBBING_FACE_HELD: {
    kind: 'permanent',
    hint: 'A face can be computed from this image, or nothing says which part of the body it shows, and the profile holds faces: a person must look.',
  },
  SCRUBBING_PROFILE_INVALID: {
    kind: 'fatal',
    hint: 'The profile (SCRUBBING_PROFILE, or --profile) does not hold: correct what the detail lists; the schema stands beside the shipped profiles.',
  },
  SCRUBBING_CONFLICT: {
    kind: 'permanent',
    hint: 'The same SOP Instance UID came with other content: a person must decide which one holds.',
  },
  SCRUBBING_SUBJECT_CONFLICT: {
    kind: 'permanent',
    hint: 'An image names another patient than the first of its study did: a person must decide whose it is, and have it sent again.',
  },
  SCRUBBING_RESIDUAL: {
    kind: 'permanent',
    hint: 'Something identifying was found again in the de-identified object, or could not be looked for, so it was not released: a rule is missing, or an override keeps without a reason; report the case.',
  },
  SCRUBBING_TEXT_UNREAD: {
    kind: 'permanent',
    hint: 'The text reader failed or ran past its time on a picture: nothing is known of what it shows, so it waits for a person.',
  },
});
