import { errnoOf, isSluiceError, SluiceError, type ErrorCode } from '@sluice/contracts';

const BY_ERRNO: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'STORE_OUT_OF_SPACE',
  EDQUOT: 'STORE_OUT_OF_SPACE',
  EACCES: 'STORE_REFUSED',
  EPERM: 'STORE_REFUSED',
};

/** A failed system call as a SluiceError (a folder that is gone or read-only is STORE_UNAVAILABLE); anything else as it is. */
export function fileErrors(cause: unknown): unknown {
  if (isSluiceError(cause)) return cause;
  const errno = errnoOf(cause);
  return errno ? new SluiceError(BY_ERRNO[errno] ?? 'STORE_UNAVAILABLE', { detail: errno, cause }) : cause;
}

/** Runs file work and throws its failures as ours. */
export async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw fileErrors(cause);
  }
}
