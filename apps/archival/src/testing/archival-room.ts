import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventData, type ObjectKind, type ObjectRef, objectNames } from '@sluice/contracts';
import { sampleReceived } from '@sluice/contracts/testing';
import { openKeys } from '@sluice/crypto';
import { openDatabase, sql } from '@sluice/database';
import { openStore, secretShelf } from '@sluice/store';
import { type ArchivalDoors, archivalTables } from '../doors.js';
import { ARCHIVAL_MIGRATIONS } from '../rows/tables.js';
import { EXPLICIT_LE, sampleDataSet, samplePart10 } from './sample-object.js';

type Received = EventData<'instance.received.v1'>;
type Sealed = EventData<'object.sealed.v1'>;

/** Archival's doors on the embedded twins, and what intake, scrubbing and encryption would have left there. */
export interface ArchivalRoom extends ArchivalDoors {
  readonly storeFolder: string;
  /** A delivery, staged; `content` makes contents of one instance differ. */
  receive(n: number, content?: string): Promise<Received>;
  /** What encryption says when it has sealed the delivery as raw. */
  sealRaw(received: Received): Promise<Sealed>;
  /** A clean copy of the delivery, staged, sealed and said. */
  sealClean(received: Received): Promise<Sealed>;
  scrubbed(received: Received): EventData<'instance.scrubbed.v1'>;
  quarantined(received: Received, code?: string): EventData<'instance.quarantined.v1'>;
  /** What inference says of the delivery's clean copy: no model was made for it. */
  inferred(received: Received): EventData<'instance.inferred.v1'>;
  exists(name: string): Promise<boolean>;
  names(prefix: string): Promise<string[]>;
  /** What an erasure destroys: every subject's wrapped secrets, and what a process still holds of them. */
  eraseSecrets(): Promise<void>;
  remove(): Promise<void>;
}

const OUTCOME = '0123456789abcdef';

export async function openArchivalRoom(): Promise<ArchivalRoom> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-archival-'));
  const store = await openStore(`file:${join(folder, 'store')}`);
  const database = await openDatabase(`sqlite:${join(folder, 'archival.db')}`);
  await database.migrate('archival', ARCHIVAL_MIGRATIONS);
  const keys = await openKeys(`local:${join(folder, 'keys')}`, { shelf: secretShelf(store), database });
  const tables = archivalTables(database);
  const seal = async (
    received: Received,
    kind: ObjectKind,
    identity: string,
    object: Staged,
  ): Promise<Sealed> => {
    const name = objectNames.archived(kind, 't1', received.instanceKey, identity);
    const sealer = await keys.subject('t1', received.subjectKey).archive(name, received.contentKey);
    const { ref: archived } = await store.put(name, sealer.seal(once(object.plain)));
    const { tenant, subjectKey, studyKey, seriesKey, instanceKey, contentKey, attempt } = received;
    const ids = { tenant, subjectKey, studyKey, seriesKey, instanceKey, contentKey, attempt };
    return { ...ids, objectKind: kind, staged: object.ref, archived };
  };
  return {
    storeFolder: join(folder, 'store'),
    store,
    keys,
    tables,
    async receive(n, content = 'a') {
      const sample = sampleReceived(n);
      const tenantKeys = await keys.tenant('t1', ['tenant-content']);
      const digest = tenantKeys.content(EXPLICIT_LE);
      digest.update(sampleDataSet(content));
      const attempt = createHash('sha256').update(`${n} ${content}`).digest('hex').slice(0, 32);
      const sealed = keys.staging('t1', 'staging-raw').seal(once(samplePart10(content)));
      const { ref: object } = await store.put(objectNames.stagedRaw(sample, attempt), sealed);
      return { ...sample, attempt, contentKey: digest.digest(), object };
    },
    sealRaw: async (received) => {
      const sealed = await store.get(received.object);
      const plain = Buffer.concat(await Array.fromAsync(keys.staging('t1', 'staging-raw').open(sealed)));
      return seal(received, 'raw', received.contentKey, { plain, ref: received.object });
    },
    sealClean: async (received) => {
      const plain = samplePart10('clean');
      const staged = keys.staging('t1', 'staging-clean').seal(once(plain));
      const { ref } = await store.put(objectNames.stagedClean(received, OUTCOME), staged);
      const sealed = await seal(received, 'clean', `${received.contentKey}-${OUTCOME}`, { plain, ref });
      return { ...sealed, plainDigest: createHash('sha256').update(plain).digest('hex') };
    },
    scrubbed: (received) => ({
      ...received,
      clean: { ...received.object, name: objectNames.stagedClean(received, OUTCOME) },
      cleanDigest: 'a'.repeat(64),
      cleanSizeBytes: 1,
      outcome: OUTCOME,
      profile: { name: 'basic', digest: 'b'.repeat(64) },
      codeVersion: '1',
      counts: { removed: 1, replaced: 2, kept: 3 },
      deid: { sopInstanceUID: '2.25.1', seriesInstanceUID: '2.25.2', studyInstanceUID: '2.25.3' },
    }),
    quarantined: (received, code = 'SCRUBBING_CONFLICT') => ({
      ...received,
      code,
      by: 'scrubbing',
      outcome: OUTCOME,
    }),
    inferred: (received) => ({
      ...received,
      outcome: OUTCOME,
      answers: [
        {
          model: { name: 'm', version: '1', digest: 'c'.repeat(64) },
          verdict: 'unfit',
          reason: 'modality',
          results: [],
        },
      ],
    }),
    exists: async (name) => (await store.head(name)) !== undefined,
    names: async (prefix) => (await Array.fromAsync(store.list(prefix))).map(({ name }) => name),
    async eraseSecrets() {
      for await (const { name } of store.list('secrets/')) await store.delete(name);
      await sql`delete from crypto_subject_secrets`.execute(database.tables());
      await keys.close();
    },
    async remove() {
      await Promise.all([keys.close(), store.close(), database.close()]);
      await rm(folder, { recursive: true });
    },
  };
}

interface Staged {
  readonly plain: Buffer;
  readonly ref: ObjectRef;
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
