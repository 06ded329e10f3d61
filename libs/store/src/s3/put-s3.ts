import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
  type CompletedPart,
  type S3Client,
} from '@aws-sdk/client-s3';
import { SluiceError } from '@sluice/contracts';
import { partsOf, type BodyPart } from '../body-parts.js';
import { isTaken, s3Errors } from './s3-errors.js';

/** A body up to this is one PUT; a longer one goes in parts of it. It is all that a put holds. */
const PART_BYTES = 16 * 1024 * 1024;
const TRIES = 4;
const FIRST_PAUSE_MS = 100;

/** Where one put goes. */
export interface S3Target {
  readonly client: S3Client;
  readonly sendChecksums: boolean;
  readonly at: { readonly Bucket: string; readonly Key: string };
}

/** Puts a body if its key is free; undefined when it was taken. What the body throws comes through as it is, and nothing is left. */
export async function putS3(
  target: S3Target,
  body: AsyncIterable<Uint8Array> | Uint8Array,
): Promise<{ digest: string; sizeBytes: number } | undefined> {
  const whole = createHash('sha256');
  let upload: Multipart | undefined;
  let sizeBytes = 0;
  try {
    for await (const part of partsOf(body, PART_BYTES, whole)) {
      sizeBytes += part.sizeBytes;
      if (!upload && part.last) await putWhole(target, part, whole.copy().digest('base64'));
      else if (part.sizeBytes > 0) await (upload ??= await startMultipart(target)).add(part);
    }
    await upload?.complete();
    return { digest: whole.digest('hex'), sizeBytes };
  } catch (error) {
    await upload?.abort();
    if (isTaken(error)) return undefined;
    throw error;
  }
}

async function putWhole({ client, at }: S3Target, part: BodyPart, sha256: string): Promise<void> {
  await replayed(() =>
    client.send(new PutObjectCommand({ ...at, IfNoneMatch: '*', ...streamOf(part), ChecksumSHA256: sha256 })),
  );
}

interface Multipart {
  add(part: BodyPart): Promise<void>;
  complete(): Promise<void>;
  abort(): Promise<void>;
}

async function startMultipart({ client, at, sendChecksums }: S3Target): Promise<Multipart> {
  const algorithm = sendChecksums ? ({ ChecksumAlgorithm: 'SHA256' } as const) : {};
  const { UploadId } = await replayed(() =>
    client.send(new CreateMultipartUploadCommand({ ...at, ...algorithm })),
  );
  if (!UploadId) throw new SluiceError('STORE_UNAVAILABLE', { detail: 'no upload id' });
  const parts: CompletedPart[] = [];
  const add = async (part: BodyPart) => {
    const PartNumber = parts.length + 1;
    const ChecksumSHA256 = digestOf(part);
    const { ETag } = await replayed(() =>
      client.send(new UploadPartCommand({ ...at, UploadId, PartNumber, ...streamOf(part), ChecksumSHA256 })),
    );
    parts.push({ PartNumber, ETag, ...(sendChecksums && { ChecksumSHA256 }) });
  };
  const complete = async () => {
    await replayed(() =>
      client.send(
        new CompleteMultipartUploadCommand({
          ...at,
          UploadId,
          IfNoneMatch: '*',
          MultipartUpload: { Parts: parts },
        }),
      ),
    );
  };
  // The bucket's lifecycle rule removes what cannot be removed now.
  const abort = () =>
    client.send(new AbortMultipartUploadCommand({ ...at, UploadId })).then(
      () => undefined,
      () => undefined,
    );
  return { add, complete, abort };
}

function streamOf(part: BodyPart): { Body: Readable | Uint8Array; ContentLength: number } {
  const Body = part.sizeBytes === 0 ? new Uint8Array(0) : Readable.from(part.blocks, { objectMode: false });
  return { Body, ContentLength: part.sizeBytes };
}

function digestOf(part: BodyPart): string {
  const hash = createHash('sha256');
  for (const block of part.blocks) hash.update(block);
  return hash.digest('base64');
}

/** Sends again from memory what the SDK cannot: it never retries a streamed body. */
async function replayed<T>(send: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (cause) {
      const error = s3Errors(cause);
      if (error.code !== 'STORE_UNAVAILABLE' || attempt === TRIES) throw error;
      await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random()));
    }
  }
}
