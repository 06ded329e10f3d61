import { createReadStream } from 'node:fs';
import { SluiceError } from '@sluice/contracts';

/** The system call's own word, such as `ENOENT`; undefined for what is no failed system call. The message beside it names the path. */
export function errnoOf(cause: unknown): string | undefined {
  const { code, syscall } = (cause ?? {}) as { code?: unknown; syscall?: unknown };
  return typeof code === 'string' && typeof syscall === 'string' ? code : undefined;
}

/** Runs file work on what a command writes: a failed system call is CLI_OUT_UNWRITABLE, anything else stays. @throws SluiceError CLI_OUT_UNWRITABLE */
export async function written<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const errno = errnoOf(cause);
    throw errno ? new SluiceError('CLI_OUT_UNWRITABLE', { detail: `${what}: ${errno}`, cause }) : cause;
  }
}

/** The bytes of a file that a command was given; it is opened when they are asked for. @throws SluiceError CLI_FILE_UNREADABLE */
export async function* readInput(file: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(file) as AsyncIterable<Buffer>;
  } catch (cause) {
    const errno = errnoOf(cause);
    throw errno ? new SluiceError('CLI_FILE_UNREADABLE', { detail: errno, cause }) : cause;
  }
}
