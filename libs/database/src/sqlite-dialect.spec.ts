import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sql, type Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqlite, type Sqlite } from './database-sqlite.js';
import { jot } from './jot.js';

interface Tables {
  t: { n: number };
}

let folder: string;
let opened: Sqlite;
let tables: Kysely<Tables>;
let waiting: PromiseWithResolvers<void>[];

/** Lets all syncs that were asked for end, again and again until nothing waits for one. */
const releaseAll = async () => {
  while (waiting.length > 0) {
    waiting.shift()?.resolve();
    await pause(1);
  }
};
const insert = (n: number, into: Kysely<Tables> = tables) => into.insertInto('t').values({ n }).execute();
const settled = async (work: Promise<unknown>) => Promise.race([work.then(() => true), pause(30, false)]);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-commits-'));
  waiting = [];
  const durable = () => {
    const sync = Promise.withResolvers<void>();
    waiting.push(sync);
    return sync.promise;
  };
  opened = openSqlite(join(folder, 'rows.db'), {
    durable,
    check: () => undefined,
    close: async () => undefined,
  });
  tables = opened.tables as Kysely<Tables>;
  const made = sql`create table t (n integer)`.execute(tables);
  await pause(5);
  await releaseAll();
  await made;
});
afterEach(async () => {
  await opened.tables.destroy();
  await rm(folder, { recursive: true });
});

describe('a commit on SQLite', () => {
  it.each(['statement', 'transaction', 'returning'])('is answered after its sync: %s', async (kind) => {
    const work = {
      statement: () => insert(1),
      transaction: () => tables.transaction().execute((inside) => insert(1, inside)),
      returning: () => tables.insertInto('t').values({ n: 1 }).returning('n').execute(),
    }[kind]!();
    expect(await settled(work)).toBe(false);
    expect(waiting).toHaveLength(1);
    await releaseAll();
    expect(await settled(work)).toBe(true);
  });

  it('lets the next in while it is synced', async () => {
    const first = insert(1);
    expect(await settled(first)).toBe(false);
    const second = insert(2);
    expect(await settled(second)).toBe(false);
    await releaseAll();
    await Promise.all([first, second]);
    expect(await tables.selectFrom('t').selectAll().execute()).toHaveLength(2);
  });

  it('is read by others when it is durable, and by nobody when it was lost', async () => {
    const writing = insert(1);
    expect(await settled(writing)).toBe(false);
    const reading = tables.selectFrom('t').selectAll().execute();
    expect(await settled(reading)).toBe(false);
    await releaseAll();
    await Promise.all([writing, reading]);
    const lost = insert(2);
    expect(await settled(lost.catch(() => undefined))).toBe(false);
    waiting.shift()?.reject(new Error('the disk lost it'));
    await expect(lost).rejects.toThrow('the disk lost it');
    const readAfter = tables.selectFrom('t').selectAll().execute();
    expect(await settled(readAfter.catch(() => undefined))).toBe(false);
    waiting.shift()?.reject(new Error('the disk lost it'));
    await expect(readAfter).rejects.toThrow('the disk lost it');
  });

  it('asks for no sync where nothing was committed', async () => {
    await tables.selectFrom('t').selectAll().execute();
    const rolledBack = tables.transaction().execute(async (inside) => {
      await insert(1, inside);
      throw new Error('broken on purpose');
    });
    await expect(rolledBack).rejects.toThrow('broken on purpose');
    expect(waiting).toHaveLength(0);
    expect(await tables.selectFrom('t').selectAll().execute()).toEqual([]);
  });

  it('asks for none for a jot, and for one again after it', async () => {
    await jot(
      tables,
      () => opened.forgetWrites(),
      (inside) => insert(1, inside),
    );
    expect(waiting).toHaveLength(0);
    const work = insert(2);
    expect(await settled(work)).toBe(false);
    await releaseAll();
    await work;
  });

  it('fails when its sync fails', async () => {
    const work = insert(1);
    expect(await settled(work.catch(() => undefined))).toBe(false);
    waiting.shift()?.reject(new Error('the disk lost it'));
    await expect(work).rejects.toThrow('the disk lost it');
  });
});
