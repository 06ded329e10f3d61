import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PhantomInstance } from '@sluice/samples';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ArchiveReader } from '../faults/archive-reader.js';
import { pushLikeAModality, smallStudies } from '../faults/push-like-a-modality.js';
import type { Installation } from '../installation/installation.js';
import { auditOf, type AuditTrail } from './audit-trail.js';
import { blocksNotRun, runBlock, runScript } from './document.js';
import { exported, type Exported, unproven } from './exported.js';
import { isOf, lastPerson, type Person, standsOf } from './forgotten.js';
import { keyServerData, type Machine, openMachine } from './machine.js';
import { toolPath } from './tools.js';

/** Above the sum of the waits inside each: a push takes up to 90 s, a wait 90 s or 180 s. Most of it is never used. */
vi.setConfig({ testTimeout: 15 * 60_000, hookTimeout: 30 * 60_000 });
const INSTALLS_MS = 15 * 60_000;

const UNIT = process.env['SLUICE_TEST_UNIT'] === '1';
/** For a measurement: how many instances were archived before the backup. */
const SETTLED = Number(process.env['SLUICE_BACKUP_INSTANCES'] ?? 40);
const FEW = 8;
/** Images of the person who is forgotten after the backup. */
const GONE = 2;
const NOTHING_WRONG = { lost: [], doubled: [], differing: [], unindexed: [], leftOver: [] };

/** What was sent, by when. */
const sent = {
  settled: smallStudies(1, SETTLED),
  /** Before the backup began, unsettled in it. */
  onItsWay: smallStudies(2, FEW),
  /** Beside it, of a person who is forgotten after the backup. */
  forgotten: smallStudies(9, GONE),
  /** After staging was copied and before the database was; settled before the objects were copied. */
  between: smallStudies(3, FEW),
  /** After the database was copied, settled before the objects were. */
  afterDatabase: smallStudies(4, FEW),
  /** Acknowledged, and nobody had read it when the objects were copied. */
  unread: smallStudies(5, FEW),
  /** Beside it, of the person who is forgotten. */
  unreadForgotten: smallStudies(9, GONE + 1).slice(GONE),
  /** After the backup. */
  afterwards: smallStudies(6, FEW),
  /** On the new machine. */
  fresh: smallStudies(7, FEW),
  /** After the second backup of the database. */
  later: smallStudies(8, FEW),
};
/** What its senders send again; what is staged in the backup is announced from there. */
const sentAgain = [sent.between, sent.afterDatabase, sent.afterwards].flat();

let folder: string;
let environment: Record<string, string>;
let machine: Machine;
let installation: Installation;
let archive: ArchiveReader;
/** Who is forgotten after the backup, and what stands of them when that is done. */
let person: Person;
let noise: Awaited<ReturnType<typeof standsOf>>;
/** How it was before the backup began. */
let before: { studies: unknown[]; exported: Exported; audit: AuditTrail };
/** What the index counted when it was saved. */
let saved: unknown[];

const run = (name: string) => runBlock(name, { ...machine.environment, ...environment });
const newFolder = async (name: string) => {
  const made = await mkdtemp(join(tmpdir(), `sluice-backup-${name}-`));
  // PostgreSQL's own user walks through it.
  await chmod(made, 0o711);
  return made;
};

async function push(instances: readonly PhantomInstance[]): Promise<void> {
  const { acknowledged, refusals } = await pushLikeAModality(installation.dimsePort, instances);
  expect(acknowledged.size, JSON.stringify(refusals)).toBe(instances.length);
}

async function settled(count: number): Promise<void> {
  expect(await archive.quiet(count, 180_000, 200)).toBe(`behind 0, unsettled 0, raw ${count}`);
}

async function until(what: string, holds: () => Promise<unknown>): Promise<void> {
  for (const end = Date.now() + 90_000; Date.now() < end; await sleep(250)) if (await holds()) return;
  throw new Error(`not within 90 s: ${what}`);
}

/** Every study has a manifest that knows of everything in it. */
async function manifests(): Promise<void> {
  const open = 'select 1 from archival.archival_studies where changed_at > manifest_at';
  await until('every study has its manifest', async () => (await machine.query(open)).length === 0);
}

/** Objects, instances and studies in the index, by kind. */
const counts = () =>
  machine.query(`select kind, count(*)::int as objects, count(distinct instance_key)::int as instances,
    count(distinct study_key)::int as studies from archival.archival_objects group by kind order by kind`);

async function begin(place: string): Promise<void> {
  machine = await openMachine(place, { path: environment['PATH']!, backup: join(folder, 'backup') });
  Object.assign(process.env, machine.stack.env);
}

async function start(): Promise<void> {
  installation = await machine.start();
  archive = await ArchiveReader.open(machine.doors);
}

async function end(): Promise<void> {
  await archive?.close();
  await installation?.stop();
}

/** Takes the backup, with what comes in meanwhile at its worst moments. */
async function takeBackup(): Promise<void> {
  const { scrubbing, encryption, archival } = installation.services;
  await scrubbing.end('SIGTERM');
  await push(sent.onItsWay);
  const onItsWay = SETTLED + FEW;
  await until('each is archived as it came', async () => (await archive.countRaw()) === onItsWay);
  await push(sent.forgotten);
  await until('each is archived as it came', async () => (await archive.countRaw()) === onItsWay + GONE);
  person = await lastPerson(machine);
  await run('backup-begin');
  await run('backup-keys');
  await run('backup-staging');
  await push(sent.between);
  await until(
    'each is archived as it came',
    async () => (await archive.countRaw()) === onItsWay + GONE + FEW,
  );
  saved = await counts();
  await run('backup-database');
  scrubbing.spawn();
  await push(sent.afterDatabase);
  await settled(SETTLED + 3 * FEW + GONE);
  for (const service of [scrubbing, encryption, archival]) await service.end('SIGTERM');
  await push([...sent.unread, ...sent.unreadForgotten]);
  await run('backup-objects');
  await tellSize(join(environment['BACKUP']!, 'objects'));
  await push(sent.afterwards);
}

/** What was put aside: by whom, from which topic, why. */
async function letters(): Promise<string[]> {
  const groups = ['scrubbing', 'encryption', 'archival'];
  const lists = await Promise.all(groups.map((group) => archive.bus.deadLetters.list(group)));
  return lists.flatMap((list, at) => list.map(({ topic, code }) => `${groups[at]} ${topic} ${code}`));
}

/** For the time between a restore and the start. */
async function withReader(use: (reader: ArchiveReader) => Promise<void>): Promise<void> {
  const reader = await ArchiveReader.open(machine.doors);
  await use(reader).finally(() => reader.close());
}

/** Whether the study can be exported as it came: `opens`, or the code of why not. */
async function opens(studyKey: string): Promise<string> {
  const words = ['--study', studyKey, '--kind', 'raw', '--out', join(folder, 'opened')];
  const { code, values } = await machine.sluice('export', ...words);
  return code === 0 ? 'opens' : String(values.at(-1)?.['code']);
}

/** For whoever measures. */
async function tellSize(objects: string): Promise<void> {
  const files = (await readdir(objects, { recursive: true, withFileTypes: true })).filter((one) =>
    one.isFile(),
  );
  const sizes = await Promise.all(
    files.map(async (one) => (await stat(join(one.parentPath, one.name))).size),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  process.stderr.write(`sluice: backup: ${files.length} objects, ${(bytes / 1e6).toFixed(1)} MB\n`);
}

// By itself: the first time it fetches tools from the network.
beforeAll(async () => {
  if (UNIT) return;
  folder = await newFolder('copy');
  environment = { PATH: await toolPath(folder), BACKUP: join(folder, 'backup') };
}, INSTALLS_MS);
beforeAll(async () => {
  if (UNIT) return;
  await begin(await newFolder('old'));
  await machine.makeRoles();
  await start();
  await push(sent.settled);
  await settled(SETTLED);
  await manifests();
  const clean = await exported(machine, 'clean', join(folder, 'clean-before'));
  expect(clean.size).toBe(SETTLED);
  const studies = [...(await machine.sluice('status')).values];
  before = { studies, exported: clean, audit: await auditOf(machine.doors) };
  await takeBackup();
  await end();
  await machine.destroy();
});
afterAll(async () => {
  await end();
  await machine?.destroy();
  if (folder) await rm(folder, { recursive: true, force: true });
});

describe.skipIf(UNIT)('a backup that was taken while images came in', () => {
  it('comes back onto empty servers by the commands of the document', async () => {
    const place = await newFolder('new');
    await runBlock('restore-keys', { ...environment, KEY_SERVER_DATA: keyServerData(place) });
    await begin(place);
    await run('restore-database');
    await machine.setPasswords();
    await run('restore-objects');
    // Counts, bytes, and the manifests' digests.
    const { values } = await machine.sluice('status');
    expect(before.studies).toHaveLength(Math.ceil(SETTLED / 50));
    expect(values).toEqual(expect.arrayContaining(before.studies));
    expect(saved).toContainEqual(
      expect.objectContaining({ kind: 'raw', instances: SETTLED + 2 * FEW + GONE }),
    );
    expect(await counts()).toEqual(saved);
  });

  it('has nothing any more of who was forgotten since, neither secrets nor what lay staged', async () => {
    environment['FORGOTTEN'] = join(folder, 'forgotten');
    await writeFile(environment['FORGOTTEN'], `${person.tenant} ${person.subjectKey}\r\n`);
    await expect(run('forget-again')).rejects.toThrow('nothing was done');
    await withReader(async ({ store }) => {
      const brought = await standsOf(person, { store, machine });
      const stood = { secrets: brought.secrets.length, rows: brought.rows };
      // Scrubbing made the second one after the rows were saved.
      expect(stood).toEqual({ secrets: 2, rows: 1 });
      expect(brought.staged.filter((name) => name.includes('/raw/'))).toHaveLength(GONE);
      // The last line has no end: it counts all the same.
      await writeFile(environment['FORGOTTEN']!, `${person.tenant} ${person.subjectKey}`);
      await run('forget-again');
      noise = await standsOf(person, { store, machine });
    });
    // Lists of batches hold keyed digests, and are nobody's image.
    const staged = noise.staged.filter((name) => !name.startsWith('staging/t1/batch/'));
    expect({ ...noise, staged, archived: [] }).toEqual({ secrets: [], staged: [], archived: [], rows: 0 });
  });

  it('says what it lacks: rows of what came after them, and staged objects that had left meanwhile', async () => {
    const { code, values } = await machine.sluice('inventory', '--open');
    const found = Object.fromEntries(values.map((row) => [row['check'], row['found']]));
    expect(code).toBe(1);
    expect(found).toMatchObject({
      'objects of another size': 'none',
      'unsettled deliveries without staged object': `${FEW}`,
      'staged deliveries without row': `${FEW + 1}`,
    });
    expect(found['rows without object']).toMatch(/^none/);
    const unopened = values.filter(({ check }) => String(check).startsWith('not opened'));
    expect(unopened.map(({ check }) => check)).toEqual(['not opened: CRYPTO_SECRET_MISSING']);
    expect(unopened[0]!['found']).toMatch(new RegExp(`^${GONE}\\b`));
    expect(await run('tell-forgotten')).toMatchObject({ output: '' });
    const without = values
      .filter((row) => row['difference'] === 'objects without row')
      .map((row) => String(row['name']))
      .filter((name) => !isOf(person)(name));
    const ofKind = (kind: string) => without.filter((name) => name.startsWith(`archive/t1/${kind}/`));
    expect([ofKind('raw').length, ofKind('clean').length]).toEqual([FEW, 3 * FEW]);
  });

  it('goes on with what was on its way, by itself or when it is announced, and puts aside what has lost its staged object', async () => {
    await start();
    const words = ['--older-than', '0', '--forgotten', environment['FORGOTTEN']!];
    const { code, values } = await machine.sluice('announce', ...words);
    const left = { name: expect.any(String) as string, why: 'forgotten' };
    expect([code, values]).toEqual([0, [left, { announced: FEW, refused: 0, forgotten: 1 }]]);
    await archive.store.delete(String(values[0]?.['name']));
    const wanted = { raw: SETTLED + 3 * FEW + GONE, clean: SETTLED + 2 * FEW, letters: FEW };
    await until(`archived ${JSON.stringify(wanted)}`, async () => {
      const found = {
        raw: await archive.countRaw(),
        clean: await archive.countClean(),
        letters: (await archive.deadLetters()).length,
      };
      return JSON.stringify(found) === JSON.stringify(wanted);
    });
    expect(new Set(await letters())).toEqual(new Set(['scrubbing instance.received STORE_OBJECT_MISSING']));
  });

  it('is whole again when senders send what they sent since it began, and nothing is there twice', async () => {
    await push([...sentAgain, sent.settled[0]!]);
    await until('every copy is archived', async () => (await archive.countClean()) === SETTLED + 5 * FEW);
    await until('what was put aside passes', async () => {
      const { deadLetters } = archive.bus;
      for (const { id } of await deadLetters.list('scrubbing')) await deadLetters.retry('scrubbing', id);
      return (await letters()).length === 0;
    });
    await push(sent.fresh);
    await settled(SETTLED + 6 * FEW + GONE);
    expect(await letters()).toEqual([]);
    const all = [sent.settled, sent.onItsWay, sent.unread, sentAgain, sent.fresh].flat();
    const reckoning = await archive.reckon(all, 0, [person.subjectKey]);
    const unindexed = reckoning.unindexed.filter((name) => !isOf(person)(name));
    expect({ ...reckoning, unindexed }).toEqual({ archived: all.length, ...NOTHING_WRONG });
    expect(await archive.countClean()).toBe(all.length);
    await manifests();
    const { values } = await machine.sluice('inventory', '--open');
    const names = values.flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
    expect(names.filter((name) => !isOf(person)(name))).toEqual([]);
    const checks = values.filter(({ check, state }) => check && state !== 'ok').map(({ check }) => check);
    const noiseOnly = ['not opened: CRYPTO_SECRET_MISSING', 'objects without row'];
    expect(checks.toSorted()).toEqual(noiseOnly);
  });

  it('has made nothing anew of who was forgotten: no secret, no object, no manifest', async () => {
    expect(await standsOf(person, { store: archive.store, machine })).toEqual(noise);
  });

  it('exports what was exported before, byte by byte, each proven under the key that was handed out then', async () => {
    const out = join(folder, 'clean-after');
    const after = await exported(machine, 'clean', out);
    for (const [name, digest] of before.exported) expect(after.get(name)).toBe(digest);
    expect(await unproven(out, after, join(environment['BACKUP']!, 'keys', 'release.pem'))).toEqual({
      proven: after.size,
      refused: [],
    });
  });

  it('has an audit chain that holds and goes on where it was', async () => {
    const { intact, rows, hashes } = await auditOf(machine.doors);
    expect(intact).toBe(true);
    expect(rows).toBeGreaterThan(before.audit.rows);
    expect(hashes.slice(0, before.audit.rows)).toEqual(before.audit.hashes);
  });

  it('has nothing red for the doctor', async () => {
    const services = Object.values(installation.services);
    const asked = services.flatMap(({ httpPort }) => ['--service', `http://127.0.0.1:${httpPort}`]);
    const { values, code } = await machine.sluice('doctor', ...asked);
    expect(values.filter((row) => row['state'] === 'bad')).toEqual([]);
    expect(code).toBe(0);
  });

  it('brings back a person who was forgotten since, until the list of them is gone through', async () => {
    environment['BACKUP'] = join(folder, 'backup-of-database');
    await run('backup-begin');
    // It gives its lease of the sweep back: in a copy of it the next one would wait for its end.
    await installation.services.archival.end('SIGTERM');
    await run('backup-database');
    installation.services.archival.spawn();
    const { tenant, subjectKey, studyKey: key } = await lastPerson(machine);
    await writeFile(environment['FORGOTTEN']!, `${tenant} ${subjectKey}\n`);
    await run('forget-again');
    expect(await opens(key)).toBe('CRYPTO_SECRET_MISSING');

    await push(sent.later);
    await settled(SETTLED + 7 * FEW + GONE);
    // Politely: a group is set back when its members have left.
    for (const service of Object.values(installation.services)) await service.end('SIGTERM');
    await end();
    await run('restore-database');
    await machine.setPasswords();
    expect(await opens(key)).toBe('opens');
    await run('forget-again');
    expect(await opens(key)).toBe('CRYPTO_SECRET_MISSING');
    const others = (await machine.sluice('status')).values
      .map((row) => String(row['studyKey']))
      .filter((other) => !person.keys.has(other));
    expect(await opens(others.find((other) => other !== key)!)).toBe('opens');
  });

  it('of the database alone is whole again when archival reads again what it lost: nobody sends again', async () => {
    const raw = "select count(*)::int as count from archival.archival_objects where kind = 'raw'";
    expect(await machine.query(raw)).toEqual([{ count: SETTLED + 6 * FEW + GONE }]);
    await run('read-again');
    await start();
    await settled(SETTLED + 7 * FEW + GONE);
    await manifests();
    const { values } = await machine.sluice('inventory');
    const names = values.flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
    expect(names.filter((name) => !isOf(person)(name))).toEqual([]);
    expect(await archive.countClean()).toBe(SETTLED + 7 * FEW);
    expect((await auditOf(machine.doors)).intact).toBe(true);
  });

  it('of a bucket with versions keeps none of a forgotten secret', async () => {
    const { subjectKey } = person;
    // The key server is one of the buckets, too, and that one keeps versions.
    const endpoint = machine.environment['AWS_ENDPOINT_URL_KMS']!;
    const asked = {
      ...machine.environment,
      ...environment,
      AWS_ENDPOINT_URL_S3: endpoint,
      BUCKET: 's3://kept/in',
    };
    await writeFile(environment['FORGOTTEN']!, `t1 ${subjectKey}`);
    const put = (owner: string) =>
      `echo wrapped | aws s3 cp - "$BUCKET/secrets/t1/${owner}/archive" --only-show-errors`;
    const all =
      'aws s3api list-object-versions --bucket kept --output text --query "[Versions,DeleteMarkers][][].[Key]"';
    const versioned =
      'aws s3api put-bucket-versioning --bucket kept --versioning-configuration Status=Enabled';
    const removed = `aws s3 rm --recursive --only-show-errors "$BUCKET/secrets/t1/${subjectKey}/"`;
    const steps = ['aws s3 mb s3://kept', versioned, put(subjectKey), put(subjectKey), put('other'), removed];
    await runScript(steps.join('\n'), asked);
    expect((await runScript(all, asked)).split('\n')).toContain(`in/secrets/t1/${subjectKey}/archive`);
    await runBlock('forget-versions', asked);
    expect((await runScript(all, asked)).trim()).toBe('in/secrets/t1/other/archive');
  });

  it('was taken and brought back by every block of the document that says so', async () => {
    expect(await blocksNotRun()).toEqual([]);
  });
});
