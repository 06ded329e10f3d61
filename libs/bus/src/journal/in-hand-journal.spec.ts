import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, type Database } from '@sluice/database';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pause } from '../testing/bus-world.js';
import { openInHandJournal } from './in-hand-journal.js';

const postgres = process.env['SLUICE_TEST_POSTGRES'];
if (!postgres && process.env['SLUICE_TEST_UNIT'] !== '1') {
  throw new Error(
    'SLUICE_TEST_POSTGRES is not set: start the backing services by `npx sluice stack up` or run through `npm test`.',
  );
}

describe.each(['sqlite', ...(postgres ? ['postgres'] : [])])(
  'the journal of records in hand on %s',
  (kind) => {
    let folder: string;
    let database: Database;
    let group: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'sluice-journal-'));
      database = await openDatabase(
        kind === 'postgres' ? postgres! : `sqlite:${join(folder, 'room.sqlite')}`,
      );
      group = `g${randomBytes(6).toString('hex')}`;
    });
    afterEach(async () => {
      for (const table of ['owner', 'hand', 'death', 'other_owner', 'other_hand', 'other_death'])
        await database.tables().schema.dropTable(`${group}_${table}`).ifExists().execute();
      await database.close();
      await rm(folder, { recursive: true });
    });

    it('counts-a-death-when-a-lease-ran-out-and-only-for-what-was-in-hand', async () => {
      const dead = await openInHandJournal(database, group, { leaseMs: 50 });
      await dead.take(['in-hand', 'settled', 'released']);
      await dead.settle(['settled']);
      await dead.release(['released']);
      await pause(100);
      const next = await openInHandJournal(database, group, { leaseMs: 50 });
      expect(await next.take(['in-hand', 'settled', 'released', 'new'])).toEqual(new Map([['in-hand', 1]]));
      await next.settle(['in-hand']);
      expect(await next.take(['in-hand'])).toEqual(new Map());
    });

    it('does-not-count-an-owner-that-beats-nor-one-that-closed', async () => {
      const alive = await openInHandJournal(database, group, { leaseMs: 200 });
      const closed = await openInHandJournal(database, group, { leaseMs: 200 });
      await alive.take(['a']);
      await closed.take(['b']);
      await closed.close();
      for (let beat = 0; beat < 6; beat++) {
        await pause(60);
        await alive.beat();
      }
      const other = await openInHandJournal(database, group, { leaseMs: 200 });
      expect(await other.take(['a', 'b'])).toEqual(new Map());
    });

    it('keeps-groups-apart-and-counts-each-death-once', async () => {
      const dead = await openInHandJournal(database, group, { leaseMs: 50 });
      await dead.take(['a']);
      await pause(100);
      const others = await Promise.all(
        [1, 2, 3].map(() => openInHandJournal(database, group, { leaseMs: 10_000 })),
      );
      await Promise.all(others.map((journal) => journal.take(['b'])));
      const shortSighted = await openInHandJournal(database, group, { leaseMs: 60 });
      expect(await shortSighted.take(['a'])).toEqual(new Map([['a', 1]]));
      expect(await (await openInHandJournal(database, `${group}-other`)).take(['a'])).toEqual(new Map());
    });
  },
);
