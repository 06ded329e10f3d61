import { createReadStream } from 'node:fs';
import { errnoOf, SluiceError } from '@sluice/contracts';

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
