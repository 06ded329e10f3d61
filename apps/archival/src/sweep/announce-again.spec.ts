import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bus, openBus } from '@sluice/bus';
import { SluiceError, type SluiceEvent } from '@sluice/contracts';
import { sampleReceived } from '@sluice/contracts/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ArchivalDoors, archivalTables } from '../doors.js';
import { noteReceived } from '../rows/note-received.js';
import { type IndexDatabase, postgresIndex, sqliteIndex } from '../testing/index-database.js';
import { announceAgain, noteAnnounced } from './announce-again.js';

const server = process.env['SLUICE_TEST_POSTGRES'];
const DAY_MS = 24 * 3600 * 1000;
const WEEK_MS = 7 * DAY_MS;

const received = (n: number): SluiceEvent<'instance.received.v1'> => {
  const data = sampleReceived(n);
  return { id: `received-${n}`, type: 'instance.received.v1', source: 'intake', data };
};

interface Corridor {
  readonly bus: Bus;
  remove(): Promise<void>;
}

async function openCorridor(): Promise<Corridor> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-corridor-'));
  const bus = await openBus(`embedded:${folder}`, { clientId: 'archival' });
  return { bus, remove: () => bus.close().then(() => rm(folder, { recursive: true })) };
}

describe.each([
  { name: 'SQLite', skip: false, open: sqliteIndex },
  {
    name: 'PostgreSQL',
    skip: !server && process.env['SLUICE_TEST_UNIT'] === '1',
    open: () => postgresIndex(server),
  },
])('deliveries to announce again, on $name', ({ skip, open }) => {
  let index: IndexDatabase;
  let corridor: Corridor;
  let doors: Pick<ArchivalDoors, 'tables'> & { bus: Bus };
  beforeAll(async () => {
    if (skip) return;
    [index, corridor] = [await open(), await openCorridor()];
    doors = { tables: archivalTables(index.database), bus: corridor.bus };
  });
  afterAll(() => Promise.all([index?.remove(), corridor?.remove()]));

  it.skipIf(skip)('wait-twice-as-long-each-time-however-long-that-is', async () => {
    await noteReceived(doors.tables, received(1));
    const waited = async (announcements: number, forMs: number) => {
      const at = { announced_at: Date.now() - forMs, announcements };
      await doors.tables.updateTable('archival_received').set(at).execute();
      return (await announceAgain(doors, { afterMs: WEEK_MS, most: 20 })).length;
    };
    expect(await waited(1, WEEK_MS + 1_000)).toBe(1);
    expect(await waited(4, 8 * WEEK_MS - 60_000)).toBe(0);
    expect(await waited(4, 8 * WEEK_MS + 1_000)).toBe(1);
    expect(await waited(20, WEEK_MS)).toBe(0);
  });
});

describe('a delivery that stays unsettled', () => {
  let index: IndexDatabase;
  let corridor: Corridor;
  let doors: Pick<ArchivalDoors, 'tables'> & { bus: Bus };
  beforeEach(async () => {
    [index, corridor] = [await sqliteIndex(), await openCorridor()];
    doors = { tables: archivalTables(index.database), bus: corridor.bus };
  });
  afterEach(() => Promise.all([index.remove(), corridor.remove()]));

  const policy = { afterMs: 1_000, most: 8 };
  const waited = () =>
    doors.tables
      .updateTable('archival_received')
      .set({ announced_at: Date.now() - DAY_MS })
      .execute();
  /** Each of them reads everything there is, with the given end. */
  const work = async (group: string, handler: () => Promise<[]> = async () => []) => {
    const topics = ['instance.received', 'instance.scrubbed', 'instance.quarantined', 'object.sealed'];
    const consumption = await corridor.bus.consume({ group, topics, handler });
    await vi.waitFor(
      async () => expect(Object.values(await corridor.bus.lag(group)).every((n) => n === 0)).toBe(true),
      10_000,
    );
    await consumption.drain();
  };

  it('is-announced-again-in-archivals-name-once-per-wait', async () => {
    await noteReceived(doors.tables, received(1));
    await waited();
    const again = await announceAgain(doors, policy);
    expect(again).toEqual([{ ...received(1), source: 'archival' }]);
    await noteAnnounced(doors, again);
    expect(await announceAgain(doors, policy)).toEqual([]);
  });

  it('is-not-announced-again-while-those-who-work-on-it-are-far-behind', async () => {
    await noteReceived(doors.tables, received(1));
    await waited();
    await corridor.bus.publish(Array.from({ length: 200 }, (_, n) => received(n)));
    await work('encryption');
    await work('archival');
    expect(await announceAgain(doors, policy)).toEqual([]);
    await work('scrubbing');
    expect(await announceAgain(doors, policy)).toHaveLength(1);
  });

  it('is-not-announced-again-while-a-dead-letter-of-its-content-is-open', async () => {
    for (const n of [1, 2]) await noteReceived(doors.tables, received(n));
    await corridor.bus.publish([received(1)]);
    await work('scrubbing', () => Promise.reject(new SluiceError('STORE_OBJECT_MISSING')));
    await waited();
    const ids = async () => (await announceAgain(doors, policy)).map((event) => event.id);
    expect(await ids()).toEqual(['received-2']);
    const [letter] = await corridor.bus.deadLetters.list('scrubbing');
    await corridor.bus.deadLetters.discard('scrubbing', letter?.id ?? '');
    expect(await ids()).toEqual(['received-2']);
    await waited();
    expect((await ids()).sort()).toEqual(['received-1', 'received-2']);
  });
});
