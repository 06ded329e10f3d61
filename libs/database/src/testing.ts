import { randomBytes } from 'node:crypto';
import { runScript } from '@sluice/contracts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from './database.js';
import { sql } from 'kysely';
import { openDatabase } from './open-database.js';
import { SUITE_MIGRATIONS, type TestTables } from './testing/tables.js';

/** A fresh, empty database for one run of the suite. */
export interface DatabasePlace {
  readonly url: string;
  /** A URL of the same kind that leads nowhere. */
  readonly deadUrl: string;
  remove(): Promise<void>;
}

const WRITER = new URL('./testing/writer.ts', import.meta.url);

/** What every database behind the door must do; run on PostgreSQL and on SQLite. */
export function databaseBehaviour(name: string, fresh: () => Promise<DatabasePlace>): void {
  describe(name, () => {
    let place: DatabasePlace;
    let database: Database;
    const rows = () => database.tables<TestTables>();
    const count = async (owner: string) =>
      (await rows().selectFrom('suite_rows').selectAll().where('owner', '=', owner).execute()).length;

    beforeAll(async () => {
      place = await fresh();
      database = await openDatabase(place.url);
    });
    afterAll(async () => {
      await database.close();
      await place.remove();
    });

    it('is changed by no guest, who waits for the owner of the tables', async () => {
      const guest = await openDatabase(place.url, { guest: true });
      const missing = { code: 'DATABASE_TABLES_MISSING', kind: 'transient', detail: 'guested' };
      const first = { '001-nothing': { up: () => Promise.resolve() } };
      try {
        await expect(guest.migrate('guested', SUITE_MIGRATIONS)).rejects.toMatchObject(missing);
        const tables = await rows().introspection.getTables({ withInternalKyselyTables: true });
        expect(tables.map((table) => table.name)).not.toContain('migrations_guested');
        await database.migrate('guested', first);
        await expect(guest.migrate('guested', { ...first, ...SUITE_MIGRATIONS })).rejects.toMatchObject(
          missing,
        );
        await guest.migrate('guested', first);
        // A newer owner has more than a guest knows of: migrations only add.
        await guest.migrate('guested', {});
      } finally {
        await guest.close();
      }
    });

    it('migrates once, whoever comes at the same time', async () => {
      const scripts = [1, 2, 3].map(() => runScript(WRITER, [place.url, 'migrate']));
      await Promise.all([
        database.migrate('suite', SUITE_MIGRATIONS),
        database.migrate('suite', SUITE_MIGRATIONS),
      ]);
      expect(await Promise.all(scripts.map((script) => script.exit))).toEqual([0, 0, 0]);
      await database.migrate('suite', SUITE_MIGRATIONS);
      expect(await count('nobody')).toBe(0);
    });

    it('leaves nothing of a migration that fails, and says which', async () => {
      const broken = {
        '001-half': {
          up: async (tables: ReturnType<typeof rows>) => {
            await tables.schema.createTable('half_rows').addColumn('id', 'text').execute();
            throw new Error('broken on purpose');
          },
        },
      };
      await expect(database.migrate('half', broken)).rejects.toMatchObject({
        code: 'DATABASE_MIGRATION_FAILED',
        detail: 'half: 001-half',
      });
      const tables = await rows().introspection.getTables();
      expect(tables.map((table) => table.name)).not.toContain('half_rows');
    });

    it('jots all or nothing, and commits as durably as before afterwards', async () => {
      const jotted = (id: string, fail: boolean) =>
        database.jot<TestTables, number>(async (tables) => {
          await tables
            .insertInto('suite_rows')
            .values({ id, owner: 'jot', amount: 0, bytes: null })
            .execute();
          if (fail) throw new Error('broken on purpose');
          return 1;
        });
      expect(await jotted('jot-1', false)).toBe(1);
      await expect(jotted('jot-2', true)).rejects.toThrow('broken on purpose');
      expect(await count('jot')).toBe(1);
      // SQLite's way is shown where its sync can be watched: sqlite-dialect.spec.ts.
      if (database.dialect === 'sqlite') return;
      const { rows: answer } = await sql`show synchronous_commit`.execute(rows());
      expect(answer).toEqual([{ synchronous_commit: 'on' }]);
    });

    it('lets exactly one of 32 insert-if-absent racers win', async () => {
      const race = (owner: number) =>
        rows()
          .insertInto('suite_rows')
          .values({ id: 'race', owner: `o${owner}`, amount: 0, bytes: null })
          .onConflict((conflict) => conflict.doNothing())
          .returning('id')
          .executeTakeFirst();
      const won = await Promise.all(Array.from({ length: 32 }, (_, owner) => race(owner)));
      expect(won.filter(Boolean)).toHaveLength(1);
    });

    it('rolls a transaction back whole', async () => {
      const work = rows()
        .transaction()
        .execute(async (inside) => {
          await inside
            .insertInto('suite_rows')
            .values({ id: 'rolled-back', owner: 'rollback', amount: 0, bytes: null })
            .execute();
          throw new Error('changed my mind');
        });
      await expect(work).rejects.toThrow('changed my mind');
      expect(await count('rollback')).toBe(0);
    });

    it('gives bytes, large numbers and nothing back as they went in', async () => {
      const sent = {
        id: 'values',
        owner: 'values',
        amount: Number.MAX_SAFE_INTEGER,
        bytes: randomBytes(70_000),
      };
      await rows()
        .insertInto('suite_rows')
        .values([sent, { ...sent, id: 'values-2', amount: -1, bytes: null }])
        .execute();
      const [first, second] = await rows()
        .selectFrom('suite_rows')
        .selectAll()
        .where('owner', '=', 'values')
        .orderBy('id')
        .execute();
      expect(first).toEqual(sent);
      expect(Buffer.isBuffer(first?.bytes)).toBe(true);
      expect(second).toMatchObject({ amount: -1, bytes: null });
      const sum = await rows()
        .selectFrom('suite_rows')
        .select((e) => e.fn.countAll<number>().as('n'))
        .where('owner', '=', 'values')
        .executeTakeFirst();
      expect(sum).toEqual({ n: 2 });
    });

    it('leaves a broken constraint to the caller, not to the weather', async () => {
      const row = { id: 'twice', owner: 'twice', amount: 0, bytes: null };
      await rows().insertInto('suite_rows').values(row).execute();
      await expect(rows().insertInto('suite_rows').values(row).execute()).rejects.not.toHaveProperty(
        'name',
        'SluiceError',
      );
    });

    it('keeps every row that a writer reported before it was killed', { timeout: 60_000 }, async () => {
      const script = runScript(WRITER, [place.url, 'write', 'killed']);
      const reported: string[] = [];
      for await (const line of script.lines) {
        reported.push(line);
        if (reported.length === 500) script.kill();
      }
      expect(await script.exit).toBeNull();
      const found = await rows()
        .selectFrom('suite_rows')
        .select('id')
        .where('owner', '=', 'killed')
        .execute();
      const ids = new Set(found.map((row) => row.id));
      expect(reported.filter((id) => !ids.has(id))).toEqual([]);
    });

    it('shares one pool among those who open the same URL, until the last closes', async () => {
      const second = await openDatabase(place.url);
      await second.close();
      await second.close();
      await database.probe();
      expect(Math.abs(await database.skewMs())).toBeLessThan(60_000);
    });

    it('says DATABASE_UNAVAILABLE when nobody is there', async () => {
      const probe = async () => {
        const dead = await openDatabase(place.deadUrl);
        await dead.probe().finally(() => dead.close());
      };
      await expect(probe()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE', kind: 'transient' });
    });
  });
}
