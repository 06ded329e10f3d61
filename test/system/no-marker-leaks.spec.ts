import { createHash } from 'node:crypto';
import { appendFile, chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { archivalTables } from '@sluice/archival/doors';
import { openArchived } from '@sluice/archival/open-archived';
import type { ObjectRow } from '@sluice/archival/rows/tables';
import { listStudies } from '@sluice/archival/rows/study-status';
import { openKeys } from '@sluice/crypto';
import { openDatabase } from '@sluice/database';
import { type Stack, startStack } from '@sluice/stack';
import { openStore, secretShelf } from '@sluice/store';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Installation, realDoors, startInstallation } from '../installation/installation.js';
import { queryOnce } from '../installation/query-once.js';
import { sluice } from '../installation/sluice-command.js';
import { Collector } from './markers/collector.js';
import { type Finding, MarkerSearch } from './markers/marker-search.js';
import { type MarkedStudy, markedStudy, TEXT_STEM, UID_STEM } from './markers/marked-study.js';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 400_000 });

const UNIT = process.env['SLUICE_TEST_UNIT'] === '1';
const STUDIES = 50;
const BY_STOW = 5;

let folder: string;
let stack: Stack;
let collector: Collector;
let installation: Installation;
let search: MarkerSearch;

beforeAll(async () => {
  if (UNIT) return;
  folder = await mkdtemp(join(tmpdir(), 'sluice-markers-'));
  await chmod(folder, 0o711);
  stack = await startStack({ folder: join(folder, 'stack') });
  Object.assign(process.env, credentialsOf(stack.env));
  collector = await Collector.start();
  const settings = { LOG_LEVEL: 'debug', OTLP_URL: collector.url };
  installation = await startInstallation({ doors: await realDoors(stack.env), settings });
  const studies = Array.from({ length: STUDIES }, (_, number) => markedStudy(number));
  search = new MarkerSearch(
    [TEXT_STEM, UID_STEM],
    studies.flatMap((study) => study.markers),
  );
  await pushByCommand(studies.slice(BY_STOW));
  for (const study of studies.slice(0, BY_STOW)) await pushByStow(study);
  await pushWrong(studies[0]!);
  await settled();
});
afterAll(async () => {
  await installation?.stop();
  collector?.stop();
  await stack?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

describe.skipIf(UNIT)('done when 3: markers in every text attribute, UID and file name of 50 studies', () => {
  it('arrived: every study is archived, clean or quarantined', async () => {
    const rows = await withIndex(({ index }) => listStudies(index));
    const sum = (of: 'archivedRaw' | 'archivedClean') => rows.reduce((total, row) => total + row[of], 0);
    expect([rows.length, sum('archivedRaw'), sum('archivedClean')]).toEqual([STUDIES, 150, 135]);
  });

  it('stand on no topic', async () => {
    const bytes = await topicBytes();
    expect(bytes.length).toBeGreaterThan(100_000);
    expect(search.inBytes(bytes, 'topics')).toEqual([]);
  });

  it('stand in no object name', async () => {
    expect(search.inBytes(Buffer.from((await objectNames()).join('\n')), 'names')).toEqual([]);
  });

  it('stand in no row of the database', async () => {
    const rows = await allRows();
    expect(rows.length).toBeGreaterThan(100_000);
    expect(search.inBytes(Buffer.from(rows), 'rows')).toEqual([]);
  });

  it('stand in no log, and in no file that the services left in their folders', async () => {
    expect(await search.inFolder(installation.folder)).toEqual([]);
  });

  it('stand in no metric', async () => {
    const text = await metrics();
    expect(text).toContain('records_total');
    expect(search.inBytes(Buffer.from(text), 'metrics')).toEqual([]);
  });

  it('stand in no trace', async () => {
    await vi.waitFor(() => expect(collector.bytes().length).toBeGreaterThan(100_000), { timeout: 30_000 });
    expect(search.inBytes(collector.bytes(), 'traces')).toEqual([]);
  });

  it('stand nowhere in the data folders of Kafka, S3, KMS and PostgreSQL, sealed objects and server logs included', async () => {
    expect(await search.inFolder(join(folder, 'stack'))).toEqual([]);
  });

  it('stand in no clean object that is opened', async () => {
    const found: Finding[] = [];
    let opened = 0;
    await eachOpened('clean', (bytes, row) => {
      opened += 1;
      found.push(...search.inBytes(bytes, row.name));
    });
    expect(opened).toBe(135);
    expect(found).toEqual([]);
  });
});

describe.skipIf(UNIT)('done when 3: a leak on purpose is found', () => {
  const marker = `${TEXT_STEM}00000001`;

  it('in an opened object that was not scrubbed', async () => {
    const forms = new Set<string>();
    await eachOpened('raw', (bytes, row) => {
      for (const { form } of search.inBytes(bytes, row.name)) forms.add(form);
    });
    expect([...forms]).toEqual(['as such']);
  });

  it('on a topic', async () => {
    const kafka = kafkaClient();
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({
      topic: await someTopic(),
      messages: [{ key: Buffer.from(marker, 'utf16le'), value: 'x' }],
    });
    await producer.disconnect();
    expect(formsIn(search.inBytes(await topicBytes(), 'topics'))).toEqual(['UTF-16LE']);
  });

  it('in a row', async () => {
    const digest = createHash('sha256').update(marker).digest('base64');
    await query(`create table leak as select '${digest}' as value`);
    expect(formsIn(search.inBytes(Buffer.from(await allRows()), 'rows'))).toEqual(['sha-256']);
  });

  it('in an object name', async () => {
    const store = await openStore(installation.doors['STORE_URL']!);
    await store.put(`staging/t1/${Buffer.from(marker).toString('hex')}`, Buffer.from('x'));
    await store.close();
    expect(formsIn(search.inBytes(Buffer.from((await objectNames()).join('\n')), 'names'))).toEqual(['hex']);
  });

  it('in a log line and a temporary file', async () => {
    await appendFile(join(installation.folder, 'intake.log'), Buffer.from(`xx${marker}`).toString('base64'));
    await writeFile(join(installation.folder, 'tmp', 'left'), `${UID_STEM}.0.1`);
    expect(formsIn(await search.inFolder(installation.folder))).toEqual(['as such', 'base64 at 2']);
  });

  it('in the data folders of the servers: by now they hold all that was planted', async () => {
    const forms = formsIn(await search.inFolder(join(folder, 'stack')));
    expect(forms).toEqual(expect.arrayContaining(['UTF-16LE', 'hex', 'sha-256']));
  });
});

describe.skipIf(UNIT)('done when 3: a profile without one rule', () => {
  const PROFILE = 'name: leaky\nbase: basic\noverrides:\n  - { at: FrameOfReferenceUID, action: keep';

  it('releases nothing: the residual check stops what it lets through', async () => {
    const { study, forms } = await scrubbedBy(`${PROFILE} }\n`, 60);
    expect([study?.archivedRaw, study?.archivedClean]).toEqual([3, 0]);
    expect(study?.quarantined).toEqual({ SCRUBBING_RESIDUAL: 3 });
    expect(forms).toEqual([]);
  });

  it('is found by this search where the profile says that it is meant', async () => {
    const { study, forms } = await scrubbedBy(`${PROFILE}, reason: a leak on purpose }\n`, 62);
    expect([study?.archivedClean, forms]).toEqual([3, ['as such']]);
  });
});

/** What an installation with this profile makes of a study, and in which forms the study's markers stand in its opened clean objects. */
async function scrubbedBy(profile: string, number: number) {
  const file = join(folder, `profile-${number}.yaml`);
  await writeFile(file, profile);
  const doors = await realDoors(stack.env);
  const other = await startInstallation({ doors, settings: { SCRUBBING_PROFILE: file } });
  try {
    await pushByStow(markedStudy(number), other);
    await settled(1, other);
    const [study] = await withIndex(({ index }) => listStudies(index), other);
    const found: Finding[] = [];
    await eachOpened('clean', (bytes, row) => found.push(...search.inBytes(bytes, row.name)), other);
    return { study, forms: formsIn(found) };
  } finally {
    await other.stop();
  }
}

const formsIn = (found: readonly Finding[]) => [...new Set(found.map(({ form }) => form))].sort();
const credentialsOf = (env: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('AWS_')));

/** By `sluice push`, as files whose names are markers. */
async function pushByCommand(studies: readonly MarkedStudy[]): Promise<void> {
  const files = join(folder, 'files');
  for (const [at, study] of studies.entries()) {
    await mkdir(join(files, `${at}`), { recursive: true });
    for (const { fileName, part10 } of study.instances)
      await writeFile(join(files, `${at}`, fileName), part10);
  }
  const to = `SLUICE@127.0.0.1:${installation.dimsePort}`;
  const { code, stderr } = await sluice(['push', files, '--to', to, '--json'], { folder });
  if (code !== 0) throw new Error(`not everything was stored: ${stderr}`);
}

/** By STOW-RS, with file names in the part's headers. */
async function pushByStow(study: MarkedStudy, to = installation): Promise<void> {
  const boundary = 'boundary';
  const parts = study.instances.flatMap(({ fileName, part10 }) => [
    Buffer.from(
      `--${boundary}\r\nContent-Type: application/dicom\r\nContent-Location: ${fileName}\r\nContent-Disposition: attachment; filename="${fileName}"\r\n\r\n`,
    ),
    part10,
    Buffer.from('\r\n'),
  ]);
  const answer = await stow(
    `multipart/related; type="application/dicom"; boundary=${boundary}`,
    Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]),
    { to },
  );
  if (answer.status !== 200) throw new Error(`STOW-RS answered ${answer.status}: ${await answer.text()}`);
}

/** What is refused must not be quoted either: truncated, renamed, unreadable. */
async function pushWrong({ instances }: MarkedStudy): Promise<void> {
  const { part10 } = instances[0]!;
  const answers = [
    await stow('application/dicom', part10.subarray(0, 1000)),
    await stow('application/dicom', Buffer.from(`no image ${TEXT_STEM}`)),
    await stow(`text/${TEXT_STEM}`, part10),
    await stow('application/dicom', part10, { study: `/${UID_STEM}` }),
  ];
  expect(answers.filter((answer) => answer.ok)).toEqual([]);
}

function stow(contentType: string, body: Buffer, { study = '', to = installation } = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${to.httpPort}/dicomweb/studies${study}`, {
    method: 'POST',
    headers: { authorization: 'Bearer test-token', 'content-type': contentType },
    body: new Uint8Array(body),
  });
}

async function settled(studies = STUDIES, at = installation): Promise<void> {
  await vi.waitFor(
    async () => {
      const rows = await withIndex(({ index }) => listStudies(index), at);
      const done = rows.filter((row) => row.unsettled === 0 && row.manifest.version > 0);
      expect([done.length, rows.reduce((sum, row) => sum + row.archivedRaw, 0)]).toEqual([
        studies,
        studies * 3,
      ]);
    },
    { timeout: 180_000, interval: 1000 },
  );
}

async function withIndex<T>(
  work: (eyes: {
    index: ReturnType<typeof archivalTables>;
    doors: Parameters<typeof openArchived>[0];
  }) => Promise<T>,
  { doors } = installation,
): Promise<T> {
  const database = await openDatabase(doors['DATABASE_URL']!);
  const store = await openStore(doors['STORE_URL']!);
  const keys = await openKeys(doors['KEYS_URL']!, { shelf: secretShelf(store), database });
  try {
    return await work({ index: archivalTables(database), doors: { store, keys } });
  } finally {
    await Promise.all([keys.close(), store.close(), database.close()]);
  }
}

async function eachOpened(
  kind: string,
  look: (bytes: Buffer, row: ObjectRow) => void,
  at = installation,
): Promise<void> {
  await withIndex(async ({ index, doors }) => {
    const rows = await index.selectFrom('archival_objects').selectAll().where('kind', '=', kind).execute();
    for (const row of rows) {
      const archived = { name: row.name, digest: row.digest, sizeBytes: row.size_bytes };
      const object = {
        tenant: row.tenant,
        subjectKey: row.subject_key,
        contentKey: row.content_key,
        archived,
      };
      look(Buffer.concat(await Array.fromAsync(await openArchived(doors, object))), row);
    }
  }, at);
}

async function objectNames(): Promise<string[]> {
  const store = await openStore(installation.doors['STORE_URL']!);
  const names: string[] = [];
  for await (const { name } of store.list('')) names.push(name);
  await store.close();
  return names;
}

const query = (text: string) => queryOnce(installation.doors['DATABASE_URL']!, text);

/** Every row of every table, all columns as text. */
async function allRows(): Promise<string> {
  const tables = await query(
    `select table_name from information_schema.tables where table_schema = 'public'`,
  );
  const texts: string[] = [];
  for (const { table_name: name } of tables)
    for (const { row } of await query(`select t::text as row from "${String(name)}" t`))
      texts.push(String(row));
  return texts.join('\n');
}

const kafkaClient = () =>
  new Kafka({ brokers: [new URL(installation.doors['BUS_URL']!).host], logLevel: logLevel.NOTHING });

async function topicNames(): Promise<string[]> {
  const admin = kafkaClient().admin();
  await admin.connect();
  const topics = await admin.listTopics();
  await admin.disconnect();
  return topics.filter((topic) => !topic.startsWith('__'));
}

async function someTopic(): Promise<string> {
  return (await topicNames()).find((topic) => topic.endsWith('instance.archived'))!;
}

/** Names, keys, values and headers of everything on every topic. */
async function topicBytes(): Promise<Buffer> {
  const kafka = kafkaClient();
  const topics = await topicNames();
  const admin = kafka.admin();
  await admin.connect();
  const ends = await Promise.all(topics.map((topic) => admin.fetchTopicOffsets(topic)));
  await admin.disconnect();
  const waiting = ends.flat().reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  const bytes: Buffer[] = topics.map((topic) => Buffer.from(topic));
  const consumer = kafka.consumer({ groupId: `search-${Date.now()}` });
  await consumer.connect();
  await consumer.subscribe({ topics, fromBeginning: true });
  let seen = 0;
  await consumer.run({
    eachMessage: ({ message: { key, value, headers } }) => {
      seen += 1;
      bytes.push(
        key ?? Buffer.alloc(0),
        value ?? Buffer.alloc(0),
        Buffer.from(JSON.stringify(headersOf(headers))),
      );
      return Promise.resolve();
    },
  });
  await vi.waitFor(() => expect(seen).toBeGreaterThanOrEqual(waiting), { timeout: 60_000, interval: 100 });
  await consumer.disconnect();
  return Buffer.concat(bytes.flatMap((part) => [part, Buffer.from('\n')]));
}

const headersOf = (headers: Readonly<Record<string, unknown>> = {}) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

async function metrics(): Promise<string> {
  const ports = Object.values(installation.services).map((service) => service.httpPort);
  const answers = await Promise.all(ports.map((port) => fetch(`http://127.0.0.1:${port}/metrics`)));
  return (await Promise.all(answers.map((answer) => answer.text()))).join('\n');
}
