import type { IncomingMessage } from 'node:http';
import { SluiceError } from '@sluice/contracts';

/** A sender that is slower than this is not waited for, ms. */
const SLOWEST_MS = 60_000;

/** Reads a request's body to its end. @throws SluiceError INFERENCE_REQUEST_INVALID when it is longer, or never ends */
export async function readBody(request: IncomingMessage, mostBytes: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) throw tooLong();
  const timer = setTimeout(() => request.destroy(), SLOWEST_MS);
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > mostBytes) throw tooLong();
      chunks.push(chunk);
    }
    return Buffer.concat(chunks, size);
  } catch (cause) {
    if (cause instanceof SluiceError) throw cause;
    throw new SluiceError('INFERENCE_REQUEST_INVALID', { detail: 'the body broke off', cause });
  } finally {
    clearTimeout(timer);
  }
}

function tooLong(): SluiceError {
  return new SluiceError('INFERENCE_REQUEST_INVALID', { detail: 'the body is too long' });
}
