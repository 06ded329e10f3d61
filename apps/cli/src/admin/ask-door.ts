import { ERRORS, type ErrorCode, SluiceError } from '@sluice/contracts';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { z } from 'zod';
import type { Teller } from '../run-command.js';
import { readAnswer, textLines } from './read-answer.js';

/** Silence of the door after which it is given up: the longest is between two large objects of an export. */
const SILENCE_MS = 600_000;
const MOST_REFUSAL_BYTES = 4_096;

/** Where the door is and what proves who asks. */
export interface Asking {
  readonly url: string;
  readonly token: string;
  readonly ca?: string | undefined;
}

/**
 * Has `words` run by the admin door: tells what it tells, puts the files that it sends into the folder that `--out` names, and returns
 * the command's exit code. @throws SluiceError CLI_DOOR_UNREACHABLE, CLI_DOOR_ANSWER, or the code that the door refused with
 */
export async function askDoor(asking: Asking, words: readonly string[], teller: Teller): Promise<number> {
  const response = await send(asking, words);
  if (response.statusCode !== 200) throw await refusalOf(response);
  return readAnswer(response, words, teller);
}

async function send({ url, token, ca }: Asking, words: readonly string[]): Promise<IncomingMessage> {
  const asked = request(new URL('/admin/v1/run', url), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    timeout: SILENCE_MS,
    ...(ca && { ca }),
  });
  asked.on('timeout', () => asked.destroy(new Error('silent for too long')));
  // What ends a begun answer is told by the answer; without a listener here it would end this process, and a draft would stay.
  asked.on('error', () => undefined);
  try {
    asked.end(JSON.stringify({ words }));
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    return response;
  } catch (cause) {
    throw new SluiceError('CLI_DOOR_UNREACHABLE', { cause });
  }
}

async function refusalOf(response: IncomingMessage): Promise<SluiceError> {
  for await (const text of textLines(withNewline(response))) {
    const code = codeOf(text);
    if (code) return new SluiceError(code, { detail: 'said by the admin door' });
    break;
  }
  return new SluiceError('CLI_DOOR_ANSWER', { detail: 'no admin door answers there' });
}

async function* withNewline(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let sizeBytes = 0;
  for await (const part of bytes) {
    sizeBytes += part.length;
    if (sizeBytes > MOST_REFUSAL_BYTES) return;
    yield part;
  }
  yield Buffer.from('\n');
}

function codeOf(text: string): ErrorCode | undefined {
  try {
    const { code } = z.object({ code: z.string() }).parse(JSON.parse(text));
    return Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : undefined;
  } catch {
    return undefined;
  }
}
