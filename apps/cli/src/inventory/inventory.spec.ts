import { archiveObject } from '@sluice/archival/archive-object';
import { noteOutcome } from '@sluice/archival/rows/note-outcome';
import { noteReceived } from '@sluice/archival/rows/note-received';
import { type ArchivalRoom, openArchivalRoom } from '@sluice/archival/testing/archival-room';
import { noteManifest, writeManifest } from '@sluice/archival/sweep/manifest';
import { openAudit } from '@sluice/audit';
import { openDatabase } from '@sluice/database';
import { objectNames, SluiceError } from '@sluice/contracts';
import { dirname, join } from 'node:path';
import { setInterval } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inventory } from '../commands/inventory.js';
import { ownDesk } from '../desk.js';
import { createOutput, type Output } from '../output.js';
import { compareArchive } from './compare-archive.js';
import { compareStaging } from './compare-staging.js';
import { findingsOf } from './findings.js';
import { openArchive } from './open-archive.js';

let room: ArchivalRoom;
beforeEach(async () => {
  room = await openArchivalRoom();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await room.remove();
});

type Received = Awaited<ReturnType<ArchivalRoom['receive']>>;

async function receive(n: number): Promise<Received> {
  const data = await room.receive(n);
  await noteReceived(room.tables, {
    type: 'instance.received.v1',
    id: `received-${n}`,
    source: 'intake',
    data,
  });
  return data;
}

/** A delivery with its raw and its clean copy archived, settled, and a manifest of its study; returns the archived names. */
async function archive(n: number): Promise<{ raw: string; clean: string; manifest: string }> {
  const received = await receive(n);
  const [raw, clean] = [await room.sealRaw(received), await room.sealClean(received)];
  await noteOutcome(room.tables, { ...room.scrubbed(received), clean: clean.staged });
  for (const sealed of [raw, clean]) await archiveObject(room, sealed);
  const study = await room.tables
    .selectFrom('archival_studies')
    .selectAll()
    .where('study_key', '=', received.studyKey)
    .executeTakeFirstOrThrow();
  const said = await writeManifest(room, study);
  await noteManifest(room, said, study.changed_at);
  return { raw: raw.archived.name, clean: clean.archived.name, manifest: said.data.manifest.name };
}

/** What is red, and how many names it has. */
async function red(open = false): Promise<string[]> {
  const [found, staging] = [await compareArchive(room), await compareStaging(room)];
  const opened = open ? await openArchive(room, () => undefined) : undefined;
  const { rows, differences } = findingsOf(found, staging, opened);
  const bad = rows.filter(({ state }) => state === 'bad');
  expect(differences.map(({ what, tally }) => `${what}: ${tally.count}`)).toEqual(
    bad.map((row) => `${row.check}: ${row.found}`),
  );
  for (const { fix } of bad) expect(fix).toBeTruthy();
  return bad.map((row) => `${row.check}: ${row.found}`);
}

/** The command itself, on the room's doors. */
async function take(words: string[], own: { ended?: AbortSignal; progress?: Output['progress'] }) {
  const { progress = () => undefined, ...desk } = own;
  const output = { ...createOutput(true), table: () => undefined, value: () => undefined, progress };
  const folder = dirname(room.storeFolder);
  vi.stubEnv('STORE_URL', `file:${room.storeFolder}`);
  vi.stubEnv('KEYS_URL', `local:${join(folder, 'keys')}`);
  vi.stubEnv('DATABASE_URL', `sqlite:${join(folder, 'archival.db')}`);
  return inventory.run(words, output, { ...ownDesk(), ...desk });
}

async function bytesOf(name: string): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(await room.store.get({ name })));
}

describe('index and store against each other', () => {
  it('agree where all is well, an older manifest too', async () => {
    await archive(1);
    await archive(2);
    await archive(2);
    expect(await red(true)).toEqual([]);
    const { matched, withoutRow } = await compareArchive(room);
    // Two instances raw and clean, three manifests and their signed roots.
    expect([matched, withoutRow.count]).toEqual([4 + 6, 0]);
  });

  it('say which rows have no object, and find it out without reading one', async () => {
    const { raw, manifest } = await archive(1);
    await archive(2);
    await room.store.delete(raw);
    await room.store.delete(manifest);
    expect(await red()).toEqual(['rows without object: 2']);
    expect((await compareArchive(room)).withoutObject.names.toSorted()).toEqual([manifest, raw].toSorted());
    expect(await red(true)).toEqual(['rows without object: 2', 'not opened: STORE_OBJECT_MISSING: 1']);
  });

  it('miss an object though another one comes meanwhile', async () => {
    const { raw } = await archive(1);
    await room.store.delete(raw);
    let came = false;
    async function* list(prefix: string) {
      if (!came) await archive(2);
      came = true;
      yield* room.store.list(prefix);
    }
    expect((await compareArchive({ store: { list }, tables: room.tables })).withoutObject.names).toEqual([
      raw,
    ]);
  });

  it('say which objects have no row: what was archived after the backup of the database', async () => {
    const { clean, manifest } = await archive(1);
    await room.tables.deleteFrom('archival_objects').where('name', '=', clean).execute();
    await room.tables
      .updateTable('archival_studies')
      .set({ version: 0, manifest_name: null, manifest_digest: null, manifest_size_bytes: null })
      .execute();
    const unknown = 'archive/t1/unheard/of/1';
    await room.store.put(unknown, Buffer.from('x'));
    expect(await red()).toEqual(['objects without row: 4']);
    const { names } = (await compareArchive(room)).withoutRow;
    expect(names).toEqual(expect.arrayContaining([clean, manifest, unknown]));
  });

  it('find an object of another size, and when opened one of other bytes', async () => {
    const { raw, clean } = await archive(1);
    const bytes = await bytesOf(raw);
    bytes[bytes.length - 1]! ^= 1;
    await room.store.delete(raw);
    await room.store.put(raw, bytes);
    await room.store.delete(clean);
    await room.store.put(clean, Buffer.from('short'));
    expect(await red()).toEqual(['objects of another size: 1']);
    expect(await red(true)).toEqual(['objects of another size: 1', 'not opened: STORE_DIGEST_MISMATCH: 2']);
  });

  it('find out that a subject has lost its secret, or was erased', async () => {
    await archive(1);
    await room.eraseSecrets();
    expect(await red(true)).toEqual(['not opened: CRYPTO_SECRET_MISSING: 2']);
  });

  it('know a decision by its record', async () => {
    const { instanceKey } = await receive(1);
    const name = objectNames.decision({ tenant: 't1', instanceKey }, 'd'.repeat(32));
    const row = {
      instance_key: instanceKey,
      content_key: 'c',
      outcome: 'o',
      tenant: 't1',
      decided: 'rejected',
    };
    const more = { decision: 'd'.repeat(32), by_person: 'ada', rectangles: 0, record_digest: '', at: 1 };
    await room.tables
      .insertInto('archival_decisions')
      .values({ ...row, ...more, record_name: name, record_size_bytes: 3 })
      .execute();
    expect(await red()).toEqual(['rows without object: 1']);
    await room.store.put(name, Buffer.from('why'));
    expect(await red()).toEqual([]);
  });
});

describe('an inventory that nobody waits for', () => {
  const gone = (): never => {
    throw new SluiceError('CLI_PERSON_GONE');
  };
  const left = { code: 'CLI_PERSON_GONE' };

  it('ends at the next page, delivery or piece', async () => {
    await archive(1);
    const { object } = await receive(2);
    await expect(compareArchive(room, gone)).rejects.toMatchObject(left);
    await expect(compareStaging(room, gone)).rejects.toMatchObject(left);
    await expect(openArchive(room, gone)).rejects.toMatchObject(left);
    await room.store.delete(object.name);
    await expect(compareStaging(room, gone)).rejects.toMatchObject(left);
  });

  it('is ended by its desk', async () => {
    await archive(1);
    const ended = AbortSignal.abort(new SluiceError('CLI_PERSON_GONE'));
    await expect(take([], { ended })).rejects.toMatchObject(left);
  });
});

describe('while archival goes on', () => {
  const ended = { now: false };
  let renewing: Promise<void> | undefined;
  afterEach(async () => {
    ended.now = true;
    await renewing;
  });
  const takeLease = (lengthMs: number) =>
    room.tables
      .insertInto('archival_leases')
      .values({ name: 'sweep', owner: 'one', until_at: Date.now() + lengthMs })
      .execute();
  async function archivalRuns(): Promise<void> {
    await takeLease(3_600_000);
    ended.now = false;
    renewing = renew();
  }
  async function renew(): Promise<void> {
    for await (const now of setInterval(20, Date.now)) {
      if (ended.now) return;
      await room.tables
        .updateTable('archival_leases')
        .set({ until_at: now() + 3_600_000 })
        .execute();
    }
  }

  it('what just came has no row yet and is counted apart; where nothing runs it is a difference', async () => {
    await room.sealRaw(await room.receive(1));
    expect(await red()).toEqual(['objects without row: 1', 'staged deliveries without row: 1']);
    await archivalRuns();
    expect(await red()).toEqual([]);
    expect([(await compareArchive(room)).justCame, (await compareStaging(room)).justCame]).toEqual([1, 1]);
  });

  it('a lease that a restored database has brought along stands still, and is nobody`s', async () => {
    await room.sealRaw(await room.receive(1));
    await takeLease(500);
    expect(await red()).toEqual(['objects without row: 1', 'staged deliveries without row: 1']);
  });

  it('what was copied back a moment ago, and has nothing under way, is a difference all the same', async () => {
    const { raw, clean } = await archive(1);
    await archivalRuns();
    await room.tables.deleteFrom('archival_objects').where('name', 'in', [raw, clean]).execute();
    await room.tables.updateTable('archival_studies').set({ version: 0, manifest_name: null }).execute();
    expect(await red()).toEqual(['objects without row: 4']);
    // Sent again, it gets its rows, and its study a manifest.
    await room.receive(1);
    await room.tables.updateTable('archival_studies').set({ manifest_at: 0 }).execute();
    expect((await compareArchive(room)).withoutRow.names).toEqual([clean]);
  });

  it('rows that come after the listing hide no lost object, and are not taken for lost', async () => {
    const { raw } = await archive(1);
    await room.store.delete(raw);
    const store = afterListing(() => archive(2));
    const found = await compareArchive({ tables: room.tables, store });
    expect([found.withoutObject.names, found.withoutRow.count]).toEqual([[raw], 0]);
  });

  it('a row that comes after the listing is its object`s', async () => {
    const sealed = await room.sealRaw(await receive(1));
    const store = afterListing(() => archiveObject(room, sealed));
    expect((await compareArchive({ tables: room.tables, store })).withoutRow.count).toBe(0);
  });

  it('a delivery that settles meanwhile is none whose object is gone', async () => {
    const { object } = await receive(1);
    let asked = 0;
    const list: typeof room.store.list = async function* (prefix) {
      if ((asked += 1) === 1) return void (await room.store.delete(object.name));
      yield* room.store.list(prefix);
      await room.tables.updateTable('archival_received').set({ settled_at: 1 }).execute();
    };
    const { withoutObject } = await compareStaging({ tables: room.tables, store: { list } });
    expect([asked, withoutObject.count]).toEqual([2, 0]);
  });

  it('looks for no object of an old row by a listing of its own', async () => {
    const { raw } = await archive(1);
    await room.store.delete(raw);
    await room.tables.updateTable('archival_objects').set({ archived_at: 1 }).execute();
    const list = vi.fn((prefix: string) => room.store.list(prefix));
    const { withoutObject } = await compareArchive({ tables: room.tables, store: { list } });
    expect([withoutObject.names, list.mock.calls]).toEqual([[raw], [['archive/']]]);
  });

  /** The room's store, where something happens at the end of the first listing. */
  function afterListing(work: () => Promise<unknown>): Pick<typeof room.store, 'list'> {
    let isDone = false;
    return {
      list: async function* (prefix) {
        yield* await Array.fromAsync(room.store.list(prefix));
        if (isDone) return;
        isDone = true;
        await work();
      },
    };
  }
});

describe('an inventory that takes long', () => {
  it('says with every page and piece how far it is', async () => {
    await archive(1);
    await receive(2);
    const said: string[] = [];
    const progress = (...words: [string, number, number]) => void said.push(words.join(' '));
    const database = await openDatabase(`sqlite:${join(dirname(room.storeFolder), 'archival.db')}`);
    await openAudit(database);
    await database.close();
    await take(['--open'], { progress });
    const labels = new Set(said.map((line) => line.split(' ')[0]));
    expect([...labels]).toEqual(['archived', 'staged', 'opened']);
    // Raw and clean, a manifest and its signed root: the last of these are more than rows describe.
    expect(said).toEqual(expect.arrayContaining(['archived 4 4', 'staged 1 1', 'opened 2 2']));
    // Each object is told while it is read, too; the manifest and its signed root are not opened, nor counted.
    expect(said).toContain('opened 0 2');
    expect(
      said.filter((line) => line.startsWith('opened') && !line.endsWith(' 2') && !line.endsWith(' 3')),
    ).toEqual([]);
  });
});

describe('deliveries on their way', () => {
  it('have what is staged of them, or are named', async () => {
    const [one, two] = [await receive(1), await receive(2)];
    expect(await red()).toEqual([]);
    await room.store.delete(one.object.name);
    const stranger = await room.receive(3);
    expect(await red()).toEqual([
      'unsettled deliveries without staged object: 1',
      'staged deliveries without row: 1',
    ]);
    const { withoutObject, withoutRow, unsettled } = await compareStaging(room);
    expect([withoutObject.names, withoutRow.names, unsettled]).toEqual([
      [one.object.name],
      [stranger.object.name],
      2,
    ]);
    expect(two.object.name).not.toBe(one.object.name);
  });
});
