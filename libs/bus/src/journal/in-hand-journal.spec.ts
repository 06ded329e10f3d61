import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, type Database } from '@sluice/database';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pause } from '../testing/bus-world.js';
import { DEATHS_TO_BE_ALONE, DEATHS_TO_BE_BURIED } from '../consuming/suspicion.js';
import { openInHandJournal } from './in-hand-journal.js';
import { thisProcess } from './process-identity.js';

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

    /** A journal of a process on another machine, which never beats of itself. */
    const elsewhere = (options: { leaseMs?: number } = {}) =>
      openInHandJournal(database, group, {
        process: { place: `machine-${randomBytes(4).toString('hex')}`, pid: 1, start: '1' },
        leaseMs: 800,
        ...options,
      });
    /** Of this machine, with a process id that none has. */
    const gone = () =>
      openInHandJournal(database, group, {
        process: { ...thisProcess(), pid: 2 ** 22 + 1 },
        leaseMs: 60_000,
      });

    it('counts-a-death-when-a-process-of-this-machine-is-gone-and-only-for-what-was-in-hand', async () => {
      const dead = await gone();
      await dead.take(['in-hand', 'settled', 'released']);
      await dead.settle(['settled']);
      await dead.release(['released']);
      const next = await openInHandJournal(database, group);
      expect(await next.take(['in-hand', 'settled', 'released', 'new'])).toEqual(new Map([['in-hand', 1]]));
      await next.settle(['in-hand']);
      expect(await next.take(['in-hand'])).toEqual(new Map());
    });

    it('never-counts-a-process-of-this-machine-that-lives-however-long-it-is-silent', async () => {
      const silent = await openInHandJournal(database, group, { leaseMs: 20 });
      await silent.take(['a']);
      await pause(100);
      const other = await openInHandJournal(database, group, { leaseMs: 20 });
      await pause(100);
      expect(await other.take(['a'])).toEqual(new Map());
    });

    it('counts-a-death-elsewhere-when-a-lease-ran-out-and-nothing-came-for-half-a-lease-more', async () => {
      const dead = await elsewhere();
      const closed = await elsewhere();
      await dead.take(['a']);
      await closed.take(['b']);
      await closed.close();
      await pause(1_000);
      const next = await elsewhere();
      expect(await next.take(['a', 'b'])).toEqual(new Map([['a', 1]]));
    });

    it('does-not-count-those-whom-an-outage-of-the-database-kept-silent', async () => {
      const running = await elsewhere();
      const kept = await elsewhere();
      await kept.take(['a']);
      // Nobody could write for longer than a lease; the first who can must not bury the others.
      await pause(1_000);
      expect(await running.take(['a'])).toEqual(new Map());
      await kept.beat();
      await pause(500);
      expect(await running.take(['a'])).toEqual(new Map());
      await kept.beat();
      await running.close();
      await pause(1_000);
      const starting = elsewhere();
      await pause(50);
      await kept.beat();
      expect(await (await starting).take(['a'])).toEqual(new Map());
    });

    it('goes-by-the-clock-of-the-database', async () => {
      const kept = await elsewhere({ leaseMs: 2_000 });
      await kept.take(['a']);
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
      const ahead = await elsewhere({ leaseMs: 2_000 });
      await pause(10);
      expect(await ahead.take(['a'])).toEqual(new Map());
      vi.useRealTimers();
    });

    it('keeps-groups-apart-and-counts-each-death-once', async () => {
      const dead = await gone();
      await dead.take(['a']);
      const others = await Promise.all([1, 2, 3].map(() => openInHandJournal(database, group)));
      const counts = await Promise.all(others.map((journal) => journal.take(['a'])));
      expect(counts).toEqual(Array(3).fill(new Map([['a', 1]])));
      expect(await (await openInHandJournal(database, `${group}-other`)).take(['a'])).toEqual(new Map());
    });

    it('lets-only-those-be-buried-who-were-alone-at-a-death', async () => {
      for (let death = 0; death < 4; death++) await (await gone()).take(['killer', 'innocent']);
      const next = await openInHandJournal(database, group);
      expect(await next.take(['killer', 'innocent'], { mostDeaths: 1 })).toEqual(
        new Map([
          ['killer', DEATHS_TO_BE_ALONE],
          ['innocent', DEATHS_TO_BE_ALONE],
        ]),
      );
      await (await gone()).take(['killer'], { alone: true });
      expect(await next.take(['killer'])).toEqual(new Map([['killer', DEATHS_TO_BE_BURIED]]));
    });
  },
);
