import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { S3Place } from './s3-url.js';

/** Beside the URL. Without credentials the SDK's own chain finds them. */
export interface S3Options {
  readonly credentials?: S3ClientConfig['credentials'];
  readonly connectTimeoutMs?: number;
  /** Until an answer begins: it covers sending one part. */
  readonly requestTimeoutMs?: number;
  readonly maxSockets?: number;
}

const CONNECT_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** A body that neither side moves for so long is lost; a reader may pause for less. */
const SILENCE_TIMEOUT_MS = 120_000;
const MAX_SOCKETS = 64;

const ignore = () => undefined;

/** A client with bounded sockets, kept alive, and bounded times. */
export function createClient(place: S3Place, options: S3Options): S3Client {
  const agent = { keepAlive: true, maxSockets: options.maxSockets ?? MAX_SOCKETS };
  const client = new S3Client({
    forcePathStyle: place.forcePathStyle,
    maxAttempts: 3,
    // Our own SHA-256 travels with each put and is checked by us on each get; the SDK's CRC32 would be paid on top.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    requestHandler: {
      connectionTimeout: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
      requestTimeout: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      socketTimeout: SILENCE_TIMEOUT_MS,
      httpAgent: agent,
      httpsAgent: agent,
    },
    ...(place.endpoint && { endpoint: place.endpoint }),
    ...(place.region && { region: place.region }),
    ...(options.credentials && { credentials: options.credentials }),
  });
  signPayloads(client, place.sendChecksums);
  return client;
}

/**
 * Signs the SHA-256 that is given with a put instead of hashing again or leaving a streamed body unsigned (SigV4,
 * `x-amz-content-sha256`), so that even a store without checksums refuses other bytes.
 */
function signPayloads(client: S3Client, sendChecksums: boolean): void {
  client.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> };
      const checksum = headers['x-amz-checksum-sha256'];
      if (checksum) headers['x-amz-content-sha256'] = Buffer.from(checksum, 'base64').toString('hex');
      if (!sendChecksums) delete headers['x-amz-checksum-sha256'];
      return next(args);
    },
    { step: 'build', priority: 'low', name: 'signPayloads' },
  );
}

/** Compares each answer's Date with our clock; returns how far ours was before it at the last one, ms. */
export function watchDate(client: S3Client): () => number | undefined {
  let skew: number | undefined;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers } = result.response as { headers?: Readonly<Record<string, string>> };
      // The Date is cut to whole seconds: half a second more is the better guess.
      const said = Date.parse(headers?.['date'] ?? '') + 500;
      if (Number.isFinite(said)) skew = Date.now() - said;
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'watchDate' },
  );
  return () => skew;
}
