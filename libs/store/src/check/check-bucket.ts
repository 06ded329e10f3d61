import { createHash } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { examine, type Finding, lacking, objectNames } from '@sluice/contracts';
import { createClient, type S3Options } from '../s3/s3-client.js';
import { s3Errors, statusOf } from '../s3/s3-errors.js';
import { readS3Url, type S3Place } from '../s3/s3-url.js';
import type { StoreWishes } from './check-store.js';

const LIVES_ON =
  'What is erased (secrets/) lives on as a noncurrent version until a lifecycle rule expires it: see that there is one.';

/** A check-up writes fewer versions than one page of them. */
const MOST_ROUNDS = 5;

interface Bucket {
  readonly client: S3Client;
  readonly place: S3Place;
}

/** What only S3 can do or be set to: digests on the way, versions, object lock. */
export async function checkBucket(
  url: string,
  asked: { run: string; wishes: StoreWishes; options: S3Options },
): Promise<readonly Finding[]> {
  const place = readS3Url(url);
  const bucket = { place, client: createClient(place, asked.options) };
  try {
    const versioning = await checkVersioning(bucket, asked.wishes.versioning === true);
    return [
      await checkDigest(bucket, asked.run),
      versioning,
      ...(asked.wishes.objectLock ? [await checkLock(bucket)] : []),
      ...(versioning.found === 'off' ? [] : [await removeVersions(bucket, asked.run)]),
    ];
  } finally {
    bucket.client.destroy();
  }
}

/** Signed and, where the URL does not say otherwise, as a checksum: the SHA-256 of other bytes. */
function checkDigest({ client, place }: Bucket, run: string): Promise<Finding> {
  const at = { Bucket: place.bucket, Key: place.prefix + objectNames.probe(run, 'digest') };
  const fix =
    'The store takes bytes that were damaged on their way: take one that checks x-amz-content-sha256.';
  return examine('wrong digest', fix, async () => {
    const wrong = createHash('sha256').update('what was meant').digest('base64');
    const put = new PutObjectCommand({
      ...at,
      // As every put: our roles may not put without.
      IfNoneMatch: '*',
      Body: Buffer.from('what came'),
      ChecksumSHA256: wrong,
    });
    const refusal = await client.send(put).then(
      () => undefined,
      (cause: unknown) => cause,
    );
    await client.send(new DeleteObjectCommand(at)).catch(() => undefined);
    const status = statusOf(refusal);
    if (!refusal) lacking('STORE_ABILITY_MISSING', 'other bytes than announced were stored');
    if (status === undefined || status >= 500 || status === 403) throw s3Errors(refusal);
    return 'refused';
  });
}

function checkVersioning({ client, place }: Bucket, wanted: boolean): Promise<Finding> {
  const fix =
    'Enable versioning of the bucket, with a lifecycle rule that expires noncurrent versions and one that aborts incomplete uploads.';
  return examine('versions', fix, async () => {
    const { Status } = await asked(client.send(new GetBucketVersioningCommand({ Bucket: place.bucket })));
    if (Status === 'Enabled') return { state: 'note', found: 'on', fix: LIVES_ON };
    if (wanted) lacking('STORE_ABILITY_MISSING', Status ? 'suspended' : 'off');
    return Status
      ? { state: 'note', found: 'suspended', fix: 'Enable it, or start with a new bucket.' }
      : 'off';
  });
}

function checkLock({ client, place }: Bucket): Promise<Finding> {
  const fix = 'Object Lock is set when a bucket is made: make one with it, and a default retention.';
  return examine('object lock', fix, async () => {
    const command = new GetObjectLockConfigurationCommand({ Bucket: place.bucket });
    const { ObjectLockConfiguration: lock } = await client.send(command).catch((cause: unknown) => {
      if (statusOf(cause) !== 404) throw s3Errors(cause);
      return { ObjectLockConfiguration: undefined };
    });
    if (lock?.ObjectLockEnabled !== 'Enabled') lacking('STORE_ABILITY_MISSING', 'off');
    const retention = lock.Rule?.DefaultRetention;
    if (!retention?.Mode) lacking('STORE_ABILITY_MISSING', 'on, but without a default retention');
    return `${retention.Mode.toLowerCase()}, ${retention.Years ? `${retention.Years} years` : `${retention.Days ?? 0} days`}`;
  });
}

/** Where versions are kept a delete only hides: what the check-up wrote is removed for good. */
function removeVersions({ client, place }: Bucket, run: string): Promise<Finding> {
  const fix = 'Grant s3:ListBucketVersions and s3:DeleteObjectVersion on probe/* to who runs the doctor.';
  return examine('removal of versions', fix, async () => {
    const Prefix = `${place.prefix}probe/${run}/`;
    await asked(removeAll(client, { Bucket: place.bucket, Prefix }));
    return 'nothing is left behind';
  });
}

async function removeAll(client: S3Client, at: { Bucket: string; Prefix: string }): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand(at));
    const all = [...Versions, ...DeleteMarkers];
    if (all.length === 0) return;
    for (const { Key, VersionId } of all)
      await client.send(new DeleteObjectCommand({ Bucket: at.Bucket, Key, VersionId }));
  }
  lacking('STORE_ABILITY_MISSING', 'versions that were removed are still listed');
}

async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    throw s3Errors(cause);
  }
}
