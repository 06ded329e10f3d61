import { GetObjectLockConfigurationCommand, type S3Client } from '@aws-sdk/client-s3';
import { examine, type Finding, lacking } from '@sluice/contracts';
import { s3Errors, statusOf } from '../s3/s3-errors.js';

const COVERS =
  'It covers every name: what is removed (staging/) or erased (secrets/) lives on as a hidden version until it ends. See that this is meant.';

/** The bucket's Object Lock as a row, and its default retention, if it has one. */
export interface LockCheck {
  readonly row: Finding;
  readonly retention: string | undefined;
}

/** `versioned`: whether the bucket keeps versions; some servers lock without, and then nothing at all can be removed. */
export async function checkLock(client: S3Client, bucket: string, versioned: boolean): Promise<LockCheck> {
  let retention: string | undefined;
  const fix = 'Object Lock is set when a bucket is made: make one with it, and a default retention.';
  const row = await examine('object lock', fix, async () => {
    const lock = await lockOf(client, bucket);
    if (lock?.ObjectLockEnabled !== 'Enabled') lacking('STORE_ABILITY_MISSING', 'off');
    const rule = lock.Rule?.DefaultRetention;
    if (!rule?.Mode) lacking('STORE_ABILITY_MISSING', 'on, but without a default retention');
    const length = rule.Years ? `${rule.Years} years` : `${rule.Days ?? 0} days`;
    retention = `${rule.Mode.toLowerCase()}, ${length}`;
    if (versioned) return { state: 'note', found: retention, fix: COVERS };
    const found = `${retention}, but no versions: nothing can be removed`;
    return {
      state: 'bad',
      found,
      fix: 'Enable versioning of the bucket, or take the default retention away.',
    };
  });
  return { row, retention };
}

async function lockOf(client: S3Client, Bucket: string) {
  try {
    return (await client.send(new GetObjectLockConfigurationCommand({ Bucket }))).ObjectLockConfiguration;
  } catch (cause) {
    if (statusOf(cause) === 404) return undefined;
    throw s3Errors(cause);
  }
}
