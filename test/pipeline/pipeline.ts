import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { archivalTables } from '@sluice/archival/doors';
import { openArchived } from '@sluice/archival/open-archived';
import type { ArchivalTables, ObjectRow } from '@sluice/archival/rows/tables';
import { listStudies, type StudyStatus } from '@sluice/archival/rows/study-status';
import { openBus } from '@sluice/bus';
import { type AnalyticsType, deidTopic, type EventType, type SluiceEvent, TOPICS } from '@sluice/contracts';
import { type Keys, openKeys } from '@sluice/crypto';
import { type Kysely, openDatabase, sql } from '@sluice/database';
import { type InstanceToSend, sendInstances, type SendResult } from '@sluice/dicom';
import type { PhantomInstance } from '@sluice/samples';
import type { Running } from '@sluice/service';
import { captureLog, startForTest, type TestSurroundings } from '@sluice/service/testing';
import { httpsOf } from '@sluice/intake/config';
import { StandaloneSettings } from '@sluice/standalone/config';
import { StandaloneModule } from '@sluice/standalone/standalone.module';
import { openStore, secretShelf, type Store } from '@sluice/store';
import { freePort } from '../installation/free-port.js';

const PATIENCE_MS = 50_000;

/** Every stage in this process on embedded doors, and a second pair of eyes on the same doors. */
export class Pipeline {
  readonly log = captureLog();
  readonly #folder: string;
  #running: Running | undefined;
  #more: Readonly<Record<string, string>> = {};
  #exporter: TestSurroundings['exporter'];
  #dimsePort = 0;
  readonly store: Store;
  readonly keys: Keys;
  readonly index: Kysely<ArchivalTables>;
  readonly #close: () => Promise<void>;

  private constructor(
    folder: string,
    eyes: Pick<Pipeline, 'store' | 'keys' | 'index'>,
    close: () => Promise<void>,
  ) {
    this.#folder = folder;
    this.store = eyes.store;
    this.keys = eyes.keys;
    this.index = eyes.index;
    this.#close = close;
  }

  /** In a folder of its own, which `remove` removes; `more` settings than those of its doors; spans go to `exporter`. */
  static async start(
    more: Readonly<Record<string, string>> = {},
    exporter?: TestSurroundings['exporter'],
  ): Promise<Pipeline> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-pipeline-'));
    const urls = doorsIn(folder);
    const store = await openStore(urls.STORE_URL);
    const database = await openDatabase(urls.DATABASE_URL);
    const keys = await openKeys(urls.KEYS_URL, { shelf: secretShelf(store), database });
    const close = () => Promise.all([keys.close(), store.close(), database.close()]).then(() => undefined);
    const pipeline = new Pipeline(folder, { store, keys, index: archivalTables(database) }, close);
    pipeline.#more = more;
    pipeline.#exporter = exporter;
    await pipeline.restart();
    return pipeline;
  }

  /** Stops what runs, and starts it again on the same doors. */
  async restart(): Promise<void> {
    await this.#running?.stop();
    this.#dimsePort = await freePort();
    const application = { settings: StandaloneSettings, module: StandaloneModule.open, https: httpsOf };
    const environment = {
      ...doorsIn(this.#folder),
      DIMSE_PORT: String(this.#dimsePort),
      DIMSE_HOST: '127.0.0.1',
      ARCHIVAL_QUIET_MS: '300',
      ARCHIVAL_SWEEP_MS: '100',
      ...this.#more,
    };
    this.#running = await startForTest('standalone', application, {
      environment,
      logTo: this.log,
      ...(this.#exporter && { exporter: this.#exporter }),
    });
  }

  /** Port of health and metrics. */
  get httpPort(): number {
    return this.#running?.port ?? 0;
  }

  /** The doors as the environment names them, for a command line beside what runs. */
  get environment(): Readonly<Record<string, string>> {
    return doorsIn(this.#folder);
  }

  /** What an erasure destroys: every subject's wrapped secrets. What runs holds some of them for minutes: it is started again. */
  async eraseSecrets(): Promise<void> {
    await this.#running?.stop();
    for (const name of await this.names('secrets/')) await this.store.delete(name);
    await sql`delete from crypto_subject_secrets`.execute(this.index);
    await this.restart();
  }

  async remove(): Promise<void> {
    await this.#running?.stop();
    await this.#close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Sends over one association, as the modality LOCAL; the answers in order. */
  async push(instances: Iterable<PhantomInstance>): Promise<SendResult[]> {
    const peer = { host: '127.0.0.1', port: this.#dimsePort, callingAE: 'LOCAL', calledAE: 'SLUICE' };
    const answers: SendResult[] = [];
    await sendInstances(peer, [...instances].map(toSend), (_, answer) => void answers.push(answer));
    return answers;
  }

  /** Waits until each of so many studies is settled and has the manifest of at least this version. */
  async archived({ studies = 1, version = 1 } = {}): Promise<StudyStatus[]> {
    return this.until('the studies are not archived', async () => {
      const known = await listStudies(this.index);
      const done = known.filter((study) => study.unsettled === 0 && study.manifest.version >= version);
      return done.length >= studies ? done : undefined;
    });
  }

  objects(kind: string): Promise<ObjectRow[]> {
    return this.index
      .selectFrom('archival_objects')
      .selectAll()
      .where('kind', '=', kind)
      .orderBy('archived_at')
      .execute();
  }

  /** An archived object, opened with its subject's secret. */
  async open(row: ObjectRow): Promise<Buffer> {
    const {
      tenant,
      subject_key: subjectKey,
      content_key: contentKey,
      name,
      digest,
      size_bytes: sizeBytes,
    } = row;
    const archived = { name, digest, sizeBytes };
    return gather(await openArchived(this, { tenant, subjectKey, contentKey, archived }));
  }

  /** A study's newest manifest, opened. */
  async manifest({ tenant, studyKey }: Pick<StudyStatus, 'tenant' | 'studyKey'>): Promise<Manifest> {
    const study = await this.index
      .selectFrom('archival_studies')
      .selectAll()
      .where('study_key', '=', studyKey)
      .executeTakeFirstOrThrow();
    const archived = {
      name: study.manifest_name ?? '',
      digest: study.manifest_digest ?? '',
      sizeBytes: study.manifest_size_bytes ?? 0,
    };
    const object = { tenant, subjectKey: study.subject_key, contentKey: 'manifest', archived };
    return JSON.parse((await gather(await openArchived(this, object))).toString()) as Manifest;
  }

  /** Names of objects that begin like this. */
  async names(prefix: string): Promise<string[]> {
    const names: string[] = [];
    for await (const { name } of this.store.list(prefix)) names.push(name);
    return names;
  }

  /** Everything that was said in one word of the corridor, or on the tenant's analytics topic. */
  async said<T extends EventType>(type: T, count = 1): Promise<SluiceEvent<T>[]> {
    const topic = TOPICS.find((row) => row.type === type)?.name ?? deidTopic('t1', type as AnalyticsType);
    const bus = await openBus(doorsIn(this.#folder).BUS_URL);
    const events: SluiceEvent[] = [];
    const listener = await bus.consume({
      group: `listener-${Math.random().toString(36).slice(2)}`,
      topics: [topic],
      handler: (event) => Promise.resolve(void events.push(event)).then(() => []),
    });
    await this.until(`${type} was not said ${count} times`, () =>
      Promise.resolve(events.length >= count || undefined),
    );
    await listener.drain();
    await bus.close();
    return events as SluiceEvent<T>[];
  }

  /** Waits for a fact. */
  async until<T>(otherwise: string, look: () => Promise<T | undefined>): Promise<T> {
    const until = Date.now() + PATIENCE_MS;
    while (Date.now() < until) {
      const found = await look();
      if (found !== undefined) return found;
      await sleep(50);
    }
    throw new Error(`${otherwise}; the log ends with ${this.log.lines.slice(-5).join('')}`);
  }
}

/** What a study manifest says of each content of an instance. */
export interface Manifest {
  readonly version: number;
  readonly instances: readonly {
    readonly instanceKey: string;
    readonly verdict: string;
    readonly code?: string;
    readonly objects: readonly { readonly kind: string; readonly name: string; readonly digest: string }[];
  }[];
}

const doorsIn = (folder: string) => ({
  BUS_URL: `embedded:${join(folder, 'bus')}`,
  STORE_URL: `file:${join(folder, 'store')}`,
  KEYS_URL: `local:${join(folder, 'keys')}`,
  DATABASE_URL: `sqlite:${join(folder, 'sluice.db')}`,
});

function toSend({ dataSet, part10: _part10, ...uids }: PhantomInstance): InstanceToSend {
  return { ...uids, dataSet: () => once(dataSet) };
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

async function gather(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(chunks));
}
