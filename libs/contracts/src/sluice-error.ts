import { ERRORS, type ErrorCode, type ErrorKind } from './errors/catalogue.js';

/**
 * The one error class of the house. `detail` is shown to operators and must hold nothing identifying;
 * `cause` is for a debugger only and is never logged (V8 quotes input in its messages).
 */
export class SluiceError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly detail: string | undefined;

  constructor(code: ErrorCode, options: { detail?: string; cause?: unknown } = {}) {
    super(options.detail ? `${code}: ${options.detail}` : code, { cause: options.cause });
    this.name = 'SluiceError';
    this.code = code;
    this.kind = ERRORS[code].kind;
    this.detail = options.detail;
  }
}

/** True for our own errors. Compares the shape, not the class, so that it holds across copies of this package. */
export function isSluiceError(error: unknown): error is SluiceError {
  return (
    error instanceof Error &&
    error.name === 'SluiceError' &&
    Object.hasOwn(ERRORS, (error as SluiceError).code)
  );
}

/** Any thrown value as one of ours: what is not a SluiceError is a bug and becomes UNEXPECTED. */
export function toSluiceError(error: unknown): SluiceError {
  return isSluiceError(error) ? error : new SluiceError('UNEXPECTED', { cause: error });
}
