import { SluiceError } from '@sluice/contracts';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';

const MOST_BODY_BYTES = 64 * 1024;
/** A body is a few hundred bytes: who takes longer to send them only holds a connection. */
const BODY_LIMIT_MS = 10_000;
const Words = z.strictObject({ words: z.array(z.string().max(4_096)).min(1).max(128) });

/** The words of a command, out of a request's body. @throws SluiceError CLI_USAGE for a body that is none, too long, too slow or cut */
export async function readWords(
  request: IncomingMessage,
  limitMs = BODY_LIMIT_MS,
): Promise<readonly string[]> {
  const late = setTimeout(() => request.destroy(), limitMs);
  try {
    return Words.parse(JSON.parse(await bodyOf(request))).words;
  } catch (cause) {
    throw new SluiceError('CLI_USAGE', { detail: 'the request holds no words', cause });
  } finally {
    clearTimeout(late);
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    sizeBytes += part.length;
    if (sizeBytes > MOST_BODY_BYTES) throw new Error('too many words');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
