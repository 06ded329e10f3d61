import { randomUUID } from 'node:crypto';
import { examine, type Finding, lacking, objectNames } from '@sluice/contracts';
import { openStore } from '../open-store.js';
import type { S3Options } from '../s3/s3-client.js';
import type { Store } from '../store.js';
import { checkBucket } from './check-bucket.js';
import { raceForName } from './prove-store.js';

/** What an operator asks of the bucket beyond what Sluice needs. */
export interface StoreWishes {
  readonly versioning?: boolean;
  readonly objectLock?: boolean;
}

const RACERS = 32;
/** One byte more than goes in one piece: two parts on S3. */
const IN_PARTS_BYTES = 16 * 1024 * 1024 + 1;
const MAX_SKEW_MS = 5_000;
const TIMES: S3Options = { connectTimeoutMs: 3_000, requestTimeoutMs: 20_000 };
const LEFT_OVER_MS = 3_600_000;

/**
 * Tries what an archive rests on, under `probe/` of the store that `url` names, and removes it again. One row per ability; when the
 * store does not answer, that row alone. @throws SluiceError STORE_URL_INVALID
 */
export async function checkStore(url: string, wishes: StoreWishes = {}): Promise<readonly Finding[]> {
  const opened: Store[] = [];
  const open = async () => (opened[0] = await openStore(url, TIMES));
  try {
    const reached = await examine('reachable', '', async () => {
      await (await open()).probe();
      return url.startsWith('s3:') ? 'the bucket answers' : 'the folder can be written';
    });
    if (reached.state === 'bad') return [reached];
    return [reached, ...(await checkOpened(opened[0]!, { url, wishes }))];
  } finally {
    await opened[0]?.close();
  }
}

async function checkOpened(
  store: Store,
  { url, wishes }: { url: string; wishes: StoreWishes },
): Promise<readonly Finding[]> {
  const run = randomUUID();
  const findings = await checkObjects(store, run);
  // Before versions are removed: where they are kept, each delete leaves a marker.
  const removal = await checkRemoval(store, run);
  const bucket = url.startsWith('s3:') ? await checkBucket(url, { run, wishes, options: TIMES }) : [];
  return [...findings, ...bucket, removal];
}

/** Any store of the same behaviour may be given, so that planted ills are found in tests. */
export async function checkObjects(store: Store, run: string): Promise<readonly Finding[]> {
  const name = (what: string) => objectNames.probe(run, what);
  const small = Buffer.from('0123456789');
  return [
    await examine('put and read back', 'The store changes what it is given: take another.', async () => {
      const { ref } = await store.put(name('small'), small);
      const read = Buffer.concat(await Array.fromAsync(await store.get(ref)));
      if (!read.equals(small)) lacking('STORE_ABILITY_MISSING', 'other bytes came back than were put');
      return 'the same bytes';
    }),
    await examine(
      'conditional put',
      'The store overwrites: take one that honours If-None-Match: * on PUT, and no proxy that drops it.',
      async () => {
        await raceForName(store, run, RACERS);
        return `1 of ${RACERS} racers won`;
      },
    ),
    await examine(
      'conditional put in parts',
      'The store overwrites by multipart upload: take one that honours If-None-Match: * on CompleteMultipartUpload.',
      async () => {
        const second = await store.put(name('small'), Buffer.alloc(IN_PARTS_BYTES));
        if (second.created || (await store.head(name('small')))?.sizeBytes !== small.length)
          lacking('STORE_ABILITY_MISSING', 'a second put replaced the first');
        return 'the second was refused';
      },
    ),
    await examine('ranged get', 'The store ignores Range: viewers would read whole objects.', async () => {
      await store.put(name('range'), small);
      const part = await store.get({ name: name('range') }, { start: 2, end: 5 });
      const read = String(Buffer.concat(await Array.fromAsync(part)));
      if (read !== '234') lacking('STORE_ABILITY_MISSING', 'other bytes came than were asked for');
      return '3 of 10 bytes';
    }),
    await checkClock(store, name('range')),
  ];
}

/** By the object that was put last: all that is done after it counts as skew. */
function checkClock(store: Store, name: string): Promise<Finding> {
  return examine('clock', 'Set the clocks of this machine and of the store by NTP.', async () => {
    const at = (await store.head(name))?.modifiedAt.getTime() ?? 0;
    const skewMs = Math.abs(Date.now() - at);
    // Objects have whole seconds.
    if (skewMs > MAX_SKEW_MS + 1_000)
      lacking('STORE_ABILITY_MISSING', `${Math.round(skewMs / 1_000)} s from this machine's`);
    return `within ${MAX_SKEW_MS / 1_000} s of this machine's`;
  });
}

/** Also removes what a start that was killed in its probe left. */
async function checkRemoval(store: Store, run: string): Promise<Finding> {
  const fix = 'Grant s3:DeleteObject and s3:ListBucket on probe/* to who runs the doctor.';
  return examine('delete and list', fix, async () => {
    for (const what of ['small', 'range']) await store.delete(objectNames.probe(run, what));
    for await (const { name, modifiedAt } of store.list('probe/')) {
      if (Date.now() - modifiedAt.getTime() > LEFT_OVER_MS) await store.delete(name);
      else if (name.startsWith(`probe/${run}/`))
        lacking('STORE_ABILITY_MISSING', 'a deleted object is still listed');
    }
    return 'what was deleted is not listed';
  });
}
