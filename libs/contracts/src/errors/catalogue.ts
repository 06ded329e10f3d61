import { ARCHIVAL_ERRORS } from './archival.js';
import { AUDIT_ERRORS } from './audit.js';
import { BUS_ERRORS } from './bus.js';
import { CLI_ERRORS } from './cli.js';
import { CRYPTO_ERRORS } from './crypto.js';
import { DATABASE_ERRORS } from './database.js';
import { DICOM_ERRORS } from './dicom.js';
import { ENCRYPTION_ERRORS } from './encryption.js';
import { type ErrorEntry, type ErrorKind } from './entry.js';
import { INFERENCE_ERRORS } from './inference.js';
import { INTAKE_ERRORS } from './intake.js';
import { SCRUBBING_ERRORS } from './scrubbing.js';
import { SERVICE_ERRORS } from './service.js';
import { STORE_ERRORS } from './store.js';

const TABLE = {
  UNEXPECTED: { kind: 'unexpected', hint: 'A bug: report it with the code, the room and the time.' },
  ...ARCHIVAL_ERRORS,
  ...AUDIT_ERRORS,
  ...BUS_ERRORS,
  ...CLI_ERRORS,
  ...CRYPTO_ERRORS,
  ...DATABASE_ERRORS,
  ...DICOM_ERRORS,
  ...ENCRYPTION_ERRORS,
  ...INFERENCE_ERRORS,
  ...INTAKE_ERRORS,
  ...SCRUBBING_ERRORS,
  ...SERVICE_ERRORS,
  ...STORE_ERRORS,
} as const;

export type { ErrorKind };
export type ErrorCode = keyof typeof TABLE;

/** Every code of the house, one table per room beside this file. docs/errors.md is generated from it. */
export const ERRORS: Readonly<Record<ErrorCode, ErrorEntry>> = TABLE;
