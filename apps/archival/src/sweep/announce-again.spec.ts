import type { SluiceEvent } from '@sluice/contracts';
import { sampleReceived } from '@sluice/contracts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ArchivalDoors, archivalTables } from '../doors.js';
import { noteReceived } from '../rows/note-received.js';
import { type IndexDatabase, postgresIndex, sqliteIndex } from '../testing/index-database.js';
import { announceAgain } from './announce-again.js';

const server = process.env['SLUICE_TEST_POSTGRES'];
const DAY_MS = 24 * 3600 * 1000;
const WEEK_MS = 7 * DAY_MS;

const received = (n: number): SluiceEvent<'instance.received.v1'> => {
  const data = sampleReceived(n);
  return { id: `received-${n}`, type: 'instance.received.v1', source: 'intake', data };
};

describe.each([
  { name: 'SQLite', skip: false, open: sqliteIndex },
  {
    name: 'PostgreSQL',
    skip: !server && process.env['SLUICE_TEST_UNIT'] === '1',
    open: () => postgresIndex(server),
  },
])('deliveries to announce again, on $name', ({ skip, open }) => {
  let index: IndexDatabase;
  let doors: Pick<ArchivalDoors, 'tables'>;
  beforeAll(async () => {
    if (skip) return;
    index = await open();
    doors = { tables: archivalTables(index.database) };
  });
  afterAll(() => index?.remove());

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
