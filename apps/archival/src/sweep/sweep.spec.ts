import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Bus, openBus } from '@sluice/bus';
import { type EventData, objectNames, SluiceError } from '@sluice/contracts';
import type { Host, Running } from '@sluice/service';
import { captureLog, startForTest } from '@sluice/service/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { archiveObject } from '../archive-object.js';
import { ArchivalSettings } from '../config.js';
import { noteOutcome } from '../rows/note-outcome.js';
import { noteReceived } from '../rows/note-received.js';
import { settle } from '../settle.js';
import { type ArchivalRoom, openArchivalRoom } from '../testing/archival-room.js';
import { quietStudies } from './quiet-studies.js';
import { type SweepDoors, startSweep } from './sweep.js';

let room: ArchivalRoom;
let folder: string;
let bus: Bus;
let host: Host;
let running: Running & { readonly exits: readonly number[] };
let sweep: { stop(): Promise<void> } | undefined;
const log = captureLog();
let settings: ArchivalSettings;

beforeEach(async () => {
  room = await openArchivalRoom();
  folder = await mkdtemp(join(tmpdir(), 'sluice-sweep-'));
  bus = await openBus(`embedded:${folder}`);
  const urls = { BUS_URL: `embedded:${folder}`, STORE_URL: 'file:x', KEYS_URL: 'local:x' };
  const environment = { ...urls, DATABASE_URL: 'sqlite:x', ARCHIVAL_SWEEP_MS: '20', ARCHIVAL_QUIET_MS: '10' };
  const module = async (read: ArchivalSettings, lent: Host) => {
    [settings, host] = [read, lent];
    return { module: class Nothing {} };
  };
  log.lines.length = 0;
  running = await startForTest(
    'archival',
    { settings: ArchivalSettings, module },
    { environment, logTo: log },
  );
});
afterEach(async () => {
  await sweep?.stop();
  await running.stop();
  await bus.close();
  await room.remove();
  await rm(folder, { recursive: true });
});

const begin = (more: Partial<SweepDoors> = {}) =>
  void (sweep = startSweep({ ...room, bus, host, ...more }, settings));

async function note(n: number): Promise<EventData<'instance.received.v1'>> {
  const data = await room.receive(n);
  await noteReceived(room.tables, {
    id: `received-${n}`,
    type: 'instance.received.v1',
    source: 'intake',
    data,
  });
  return data;
}

async function archiveStudy(n: number): Promise<string> {
  const data = await note(n);
  await archiveObject(room, await room.sealRaw(data));
  await noteOutcome(room.tables, room.quarantined(data));
  await settle(room, data);
  return data.studyKey;
}

async function versions(): Promise<Record<string, number>> {
  const studies = await room.tables.selectFrom('archival_studies').selectAll().execute();
  return Object.fromEntries(studies.map((study) => [study.study_key, study.version]));
}
const lease = () =>
  room.tables.selectFrom('archival_leases').selectAll().where('name', '=', 'sweep').executeTakeFirst();

/** The keys, with something done before a manifest is sealed. */
const keysThat = (before: () => void | Promise<void>) => ({
  ...room.keys,
  subject: (tenant: string, subjectKey: string) => {
    const subject = room.keys.subject(tenant, subjectKey);
    return {
      ...subject,
      archiveMore: async (name: string, contentKey: string) => {
        if (contentKey === 'manifest') await before();
        return subject.archiveMore(name, contentKey);
      },
    };
  },
});

describe('a sweep', () => {
  it('leaves-no-study-without-its-manifest-because-of-another-one', async () => {
    const [bad, good, open] = [await archiveStudy(1), await archiveStudy(2), (await note(3)).attempt];
    await room.tables
      .updateTable('archival_studies')
      .set({ tenant: 'no/such\n' })
      .where('study_key', '=', bad)
      .execute();
    await room.tables
      .updateTable('archival_received')
      .set({ announced_at: 1 })
      .where('attempt', '=', open)
      .execute();
    begin();
    await vi.waitFor(async () => expect(await versions()).toMatchObject({ [bad]: 0, [good]: 1 }), 10_000);
    const row = await room.tables
      .selectFrom('archival_received')
      .select('announcements')
      .where('attempt', '=', open)
      .executeTakeFirst();
    expect(row?.announcements).toBe(2);
    expect(log.lines.join('')).toContain('a study has no manifest yet');
    expect(running.exits).toEqual([]);
  });

  it('makes-no-secret-for-the-manifest-of-a-forgotten-subject-and-waits-for-it-no-more', async () => {
    const forgotten = await archiveStudy(1);
    await room.eraseSecrets();
    const other = await archiveStudy(2);
    const before = await room.names('secrets/');
    begin();
    await vi.waitFor(async () => expect(await versions()).toMatchObject({ [other]: 1 }), 10_000);
    await sweep?.stop();
    expect(await versions()).toMatchObject({ [forgotten]: 0 });
    expect(await room.names('secrets/')).toEqual(before);
    expect(log.lines.filter((line) => line.includes('CRYPTO_SECRET_MISSING'))).toHaveLength(1);
    const due = async () => quietStudies(room, { quietMs: -1_000, overdueMs: 0 });
    expect(await due()).toEqual([]);
    await room.tables.updateTable('archival_studies').set({ changed_at: Date.now() }).execute();
    expect((await due()).map((study) => study.study_key)).toContain(forgotten);
  });

  it('ends-the-process-on-what-is-fatal', async () => {
    await archiveStudy(1);
    begin({
      keys: keysThat(() => {
        throw new SluiceError('CRYPTO_MASTER_KEY_INVALID');
      }),
    });
    await vi.waitFor(() => expect(log.lines.join('')).toContain('CRYPTO_MASTER_KEY_INVALID'), 10_000);
    await vi.waitFor(() => expect(running.exits).toContain(1), 10_000);
  });

  it('lists-staging-once-per-interval-however-many-ticks', async () => {
    let lists = 0;
    const list = (prefix: string) => {
      lists += 1;
      return room.store.list(prefix);
    };
    begin({ store: { ...room.store, list } });
    await vi.waitFor(async () => expect(await lease()).toBeDefined(), 10_000);
    // Once for orphans, once for the numbers of what waits.
    await vi.waitFor(() => expect(lists).toBe(2), 10_000);
    await pause(300);
    expect(lists).toBe(2);
  });

  describe('deletes a staged object without a row', () => {
    const said = async (n: number) => {
      const data = await room.receive(n);
      await bus.publish([{ id: `received-${n}`, type: 'instance.received.v1', source: 'intake', data }]);
      return data.object.name;
    };
    const worked = async (group: string, handler: () => Promise<[]> = async () => []) => {
      const consumption = await bus.consume({ group, topics: ['instance.received'], handler });
      const behind = async () => (await bus.lag(group))['instance.received'];
      await vi.waitFor(async () => expect(await behind()).toBe(0), 10_000);
      await consumption.drain();
    };
    const swept = async () => {
      settings = { ...settings, ARCHIVAL_ORPHAN_MS: -1_000, ARCHIVAL_ORPHAN_SWEEP_MS: 10 };
      begin();
      await pause(500);
    };

    it('when-archival-and-encryption-have-read-everything', async () => {
      const name = await said(1);
      for (const group of ['archival', 'encryption']) await worked(group);
      await swept();
      expect(await room.exists(name)).toBe(false);
    });

    it('but-says-so-and-keeps-it-where-the-archived-copy-in-its-row-is-lost', async () => {
      await archiveStudy(1);
      const name = objectNames.stagedWayback('t1', 'a'.repeat(64), 'b'.repeat(64));
      await room.store.put(name, Buffer.from('the only copy'));
      const row = { name: name.replace('staging/', 'archive/'), kind: 'wayback' as const };
      await room.tables.updateTable('archival_objects').set(row).execute();
      await said(2);
      for (const group of ['archival', 'encryption']) await worked(group);
      settings = { ...settings, ARCHIVAL_ORPHAN_MS: -1_000, ARCHIVAL_ORPHAN_SWEEP_MS: 10 };
      begin();
      await vi.waitFor(() => expect(log.lines.join('')).toContain('ARCHIVAL_COPY_LOST'), 10_000);
      expect(await room.exists(name)).toBe(true);
    });

    it.each(['archival', 'encryption'])('not-while-%s-is-behind', async (group) => {
      const name = await said(1);
      await worked(group === 'archival' ? 'encryption' : 'archival');
      await swept();
      expect(await room.exists(name)).toBe(true);
    });

    it('not-while-one-of-archivals-dead-letters-names-a-delivery', async () => {
      const name = await said(1);
      await worked('encryption');
      await worked('archival', () => Promise.reject(new SluiceError('BUS_EVENT_INVALID')));
      await swept();
      expect(await room.exists(name)).toBe(true);
      const [letter] = await bus.deadLetters.list('archival');
      await bus.deadLetters.discard('archival', letter!.id);
      await vi.waitFor(async () => expect(await room.exists(name)).toBe(false), 10_000);
    });

    it('not-while-archival-is-to-try-one-once-more', async () => {
      const name = await said(1);
      await worked('encryption');
      await worked('archival', () => Promise.reject(new SluiceError('BUS_EVENT_INVALID')));
      const [letter] = await bus.deadLetters.list('archival');
      await bus.deadLetters.retry('archival', letter!.id);
      await swept();
      expect(await room.exists(name)).toBe(true);
    });
  });

  it('is-the-only-one-of-its-process-and-stops-between-two-pieces-of-work', async () => {
    for (const n of [1, 2, 3]) await archiveStudy(n);
    let sealing = 0;
    const hold = Promise.withResolvers<void>();
    begin({
      keys: keysThat(() => {
        sealing += 1;
        return hold.promise;
      }),
    });
    await vi.waitFor(() => expect(sealing).toBe(1), 10_000);
    await pause(200);
    const stopping = sweep?.stop();
    hold.resolve();
    await stopping;
    expect(sealing).toBe(1);
    expect(Object.values(await versions()).sort()).toEqual([0, 0, 1]);
    expect(await lease()).toBeUndefined();
  });

  it('makes-its-lease-longer-as-it-goes-on-and-ends-when-another-process-has-it', async () => {
    for (const n of [1, 2, 3]) await archiveStudy(n);
    const seen: (number | undefined)[] = [];
    const before = async () => {
      seen.push((await lease())?.until_at);
      const other = seen.length === 2 ? { owner: 'another', until_at: Date.now() + 60_000 } : { until_at: 1 };
      await room.tables.updateTable('archival_leases').set(other).execute();
    };
    begin({ keys: keysThat(before) });
    await vi.waitFor(() => expect(seen).toHaveLength(2), 10_000);
    await pause(200);
    expect(seen).toEqual([expect.any(Number), expect.any(Number)]);
    for (const until of seen) expect(until).toBeGreaterThan(Date.now());
    expect(Object.values(await versions()).sort()).toEqual([0, 1, 1]);
  });
});
