import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { SluiceError } from '@sluice/contracts';
import { checkedBody, describeObject, describeTaken } from '../checked-body.js';
import { checkName, checkPrefix } from '../object-name.js';
import type { ByteRange, Store } from '../store.js';
import { putS3 } from './put-s3.js';
import { createClient, type S3Options, watchDate } from './s3-client.js';
import { s3Errors, statusOf } from './s3-errors.js';
import { readS3Url, type S3Place } from './s3-url.js';

/** The real side: any store that speaks S3 and honours `If-None-Match: *`. @throws SluiceError STORE_URL_INVALID */
export function openS3Store(url: string, options: S3Options = {}): Store {
  const place = readS3Url(url);
  const client = createClient(place, options);
  const skewMs = watchDate(client);
  const at = (name: string) => ({ Bucket: place.bucket, Key: place.prefix + checkName(name) });
  const read = (name: string, range?: ByteRange) =>
    readObject(client, { ...at(name), ...(range && { Range: `bytes=${range.start}-${range.end - 1}` }) });

  return {
    put: async (name, body) => {
      const made = await putS3({ client, sendChecksums: place.sendChecksums, at: at(name) }, body);
      if (made) return { ref: { name, ...made }, created: true };
      return { ref: await describeTaken(name, () => read(name)), created: false };
    },
    get: async (ref, range) => (range ? read(ref.name, range) : checkedBody(await read(ref.name), ref)),
    head: (name) => headObject(client, at(name)),
    describe: (name) => describeObject(name, () => read(name)),
    list: (prefix) => listObjects(client, place, checkPrefix(prefix)),
    delete: async (name) => void (await mapped(client.send(new DeleteObjectCommand(at(name))))),
    usage: async () => undefined,
    skewMs,
    probe: async () => {
      await client.send(new HeadBucketCommand({ Bucket: place.bucket })).catch((cause: unknown) => {
        throw statusOf(cause) === 404
          ? new SluiceError('STORE_UNAVAILABLE', { detail: 'the bucket does not exist', cause })
          : s3Errors(cause);
      });
    },
    close: async () => client.destroy(),
  };
}

async function mapped<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    throw s3Errors(cause);
  }
}

async function readObject(
  client: S3Client,
  at: { Bucket: string; Key: string; Range?: string },
): Promise<AsyncIterable<Buffer>> {
  try {
    const { Body } = await client.send(new GetObjectCommand(at));
    return chunksOf(Body as AsyncIterable<Buffer>);
  } catch (cause) {
    // A range that begins behind the end holds nothing, as in a file.
    if (statusOf(cause) === 416) return chunksOf([]);
    throw s3Errors(cause);
  }
}

async function* chunksOf(body: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* body;
  } catch (cause) {
    throw s3Errors(cause);
  }
}

async function headObject(client: S3Client, at: { Bucket: string; Key: string }): ReturnType<Store['head']> {
  try {
    const { ContentLength = 0, LastModified = new Date(0) } = await client.send(new HeadObjectCommand(at));
    return { sizeBytes: ContentLength, modifiedAt: LastModified };
  } catch (cause) {
    if (statusOf(cause) === 404) return undefined;
    throw s3Errors(cause);
  }
}

async function* listObjects(client: S3Client, place: S3Place, prefix: string): ReturnType<Store['list']> {
  try {
    for await (const page of paginateListObjectsV2(
      { client },
      { Bucket: place.bucket, Prefix: place.prefix + prefix },
    )) {
      for (const { Key = '', Size = 0, LastModified = new Date(0) } of page.Contents ?? []) {
        yield { name: Key.slice(place.prefix.length), sizeBytes: Size, modifiedAt: LastModified };
      }
    }
  } catch (cause) {
    throw s3Errors(cause);
  }
}
