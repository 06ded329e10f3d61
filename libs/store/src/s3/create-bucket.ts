import type { S3Options } from './s3-client.js';
import { s3Errors } from './s3-errors.js';
import { readS3Url } from './s3-url.js';

/** Makes the bucket of an `s3://` URL, for set-up and tests; one's own bucket that exists is fine. The store never makes buckets. */
export async function createBucket(url: string, options: S3Options = {}): Promise<void> {
  const place = readS3Url(url);
  // The SDK is loaded by who uses it.
  const [{ CreateBucketCommand }, { createClient }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('./s3-client.js'),
  ]);
  const client = createClient(place, options);
  try {
    await client.send(new CreateBucketCommand({ Bucket: place.bucket }));
  } catch (cause) {
    if ((cause as Error).name !== 'BucketAlreadyOwnedByYou') throw s3Errors(cause);
  } finally {
    client.destroy();
  }
}
