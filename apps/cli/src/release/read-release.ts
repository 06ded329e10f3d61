import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { type ReleaseProof, ReleaseProofV1, SluiceError } from '@sluice/contracts';
import { type PublicKey, readPublicKey } from '@sluice/crypto';
import type { FoundObject } from './check-release.js';

/** More than any note file has; bytes. */
const MOST_NOTE_BYTES = 8 * 1024 * 1024;
const MOST_KEY_BYTES = 64 * 1024;

/** Reads the note file of an object. @throws SluiceError CLI_FILE_UNREADABLE, CLI_NOTE_INVALID */
export async function readProof(file: string): Promise<ReleaseProof> {
  const parsed = ReleaseProofV1.safeParse(parseJson(await readText(file, MOST_NOTE_BYTES)));
  if (parsed.success) return parsed.data;
  throw new SluiceError('CLI_NOTE_INVALID', { detail: 'it does not fit release.proof.v1' });
}

/** Reads a public key in PEM. @throws SluiceError CLI_FILE_UNREADABLE, CRYPTO_PUBLIC_KEY_INVALID */
export async function readKeyFile(file: string): Promise<PublicKey> {
  return readPublicKey(await readText(file, MOST_KEY_BYTES));
}

/** SHA-256 and size of a file, of any size. @throws SluiceError CLI_FILE_UNREADABLE */
export async function readObject(file: string): Promise<FoundObject> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      sizeBytes += chunk.length;
    }
  } catch (cause) {
    throw unreadable('the object cannot be read', cause);
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

async function readText(file: string, mostBytes: number): Promise<string> {
  const handle = await open(file).catch((cause: unknown) => {
    throw unreadable('there is no such file', cause);
  });
  try {
    const bytes = Buffer.alloc(mostBytes + 1);
    let length = 0;
    for (let read = 1; read > 0 && length <= mostBytes; length += read)
      ({ bytesRead: read } = await handle.read(bytes, length));
    if (length > mostBytes) throw unreadable('a note or key file is never this long');
    return bytes.toString('utf8', 0, length);
  } finally {
    await handle.close();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SluiceError('CLI_NOTE_INVALID', { detail: 'it is no JSON', cause });
  }
}

function unreadable(detail: string, cause?: unknown): SluiceError {
  return new SluiceError('CLI_FILE_UNREADABLE', { detail, cause });
}
