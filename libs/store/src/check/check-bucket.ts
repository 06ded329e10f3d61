import { createHash } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { examine, type Finding, lacking, objectNames } from '@sluice/contracts';
import { createClient, type S3Options } from '../s3/s3-client.js';
import { s3Errors, statusOf } from '../s3/s3-errors.js';
import { readS3Url, type S3Place } from '../s3/s3-url.js';
import { checkLock } from './check-lock.js';
import type { StoreWishes } from './check-store.js';

const LIVES_ON =
  'What is erased (secrets/) lives on as a noncurrent version until a lifecycle rule expires it: see that there is one.';

const STAYS =
  'Nothing to mend: a lifecycle rule that expires noncurrent versions takes them when the retention ends.';

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
    const versioned = versioning.found === 'on';
    const lock = await checkLock(bucket.client, place.bucket, versioned);
    const digest = await checkDigest(bucket, asked.run);
    const rows =
      asked.wishes.objectLock || lock.retention ? [digest, versioning, lock.row] : [digest, versioning];
    if (versioned && lock.retention) return [...rows, await keepVersions(bucket, asked.run)];
    return versioning.found === 'off' ? rows : [...rows, await removeVersions(bucket, asked.run)];
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

/** Under a default retention what the check-up wrote must stay: that it cannot be removed is what is tried. */
function keepVersions({ client, place }: Bucket, run: string): Promise<Finding> {
  const fix = 'The lock does not hold: take a store whose Object Lock does, and let nobody bypass it.';
  return examine('removal of versions', fix, async () => {
    const at = { Bucket: place.bucket, Prefix: `${place.prefix}probe/${run}/` };
    const { Versions = [] } = await asked(client.send(new ListObjectVersionsCommand(at)));
    for (const { Key, VersionId } of Versions)
      if (await isRemoved(client, { Bucket: at.Bucket, Key, VersionId }))
        lacking('STORE_ABILITY_MISSING', 'a version under retention was removed');
    const found = `refused, as it must be: ${Versions.length} small objects stay, hidden`;
    return { state: 'note', found, fix: STAYS };
  });
}

async function isRemoved(
  client: S3Client,
  at: { Bucket: string; Key: string | undefined; VersionId: string | undefined },
): Promise<boolean> {
  const refusal = await client.send(new DeleteObjectCommand(at)).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  const status = statusOf(refusal);
  if (refusal && (status === undefined || status >= 500)) throw s3Errors(refusal);
  return !refusal;
}

async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    throw s3Errors(cause);
  }
}
