import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDatabase, sql } from './index.js';
import { databaseBehaviour } from './testing.js';

const fresh = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-database-'));
  await writeFile(join(folder, 'plain'), 'a file where a folder should be');
  return {
    url: `sqlite:${folder}/in/rows.db`,
    deadUrl: `sqlite:${folder}/plain/rows.db`,
    remove: () => rm(folder, { recursive: true }),
  };
};

databaseBehaviour('sqlite', fresh);

it('keeps its file to itself and logs ahead', async () => {
  const place = await fresh();
  const database = await openDatabase(place.url);
  const pragma = async (name: string) =>
    Object.values((await sql.raw(`pragma ${name}`).execute(database.tables())).rows[0] as object)[0];
  expect(await pragma('journal_mode')).toBe('wal');
  // NORMAL; each commit is synced by sqlite-dialect.ts before it is answered.
  expect(await pragma('synchronous')).toBe(1);
  expect(await pragma('foreign_keys')).toBe(1);
  const file = place.url.slice('sqlite:'.length);
  await sql`create table t (id text)`.execute(database.tables());
  for (const name of [file, `${file}-wal`, `${file}-shm`])
    expect((await stat(name)).mode & 0o777).toBe(0o600);
  await database.close();
  await place.remove();
});

it('says that it is full, and goes on when there is space again', async () => {
  const place = await fresh();
  const database = await openDatabase(place.url);
  await sql`create table t (bytes blob)`.execute(database.tables());
  const fill = () =>
    database
      .tables()
      .transaction()
      .execute(async (inside) => {
        for (let row = 0; row < 8; row += 1)
          await sql`insert into t values (zeroblob(400000))`.execute(inside);
      });
  await sql`pragma max_page_count = 300`.execute(database.tables());
  await expect(fill()).rejects.toMatchObject({ code: 'DATABASE_OUT_OF_SPACE', kind: 'transient' });
  await sql`pragma max_page_count = 100000`.execute(database.tables());
  await fill();
  expect((await sql`select count(*) as n from t`.execute(database.tables())).rows).toEqual([{ n: 8 }]);
  await database.close();
  await place.remove();
});

it('refuses a file that is no database', async () => {
  const place = await fresh();
  const file = place.deadUrl.slice('sqlite:'.length, -'/rows.db'.length);
  await writeFile(file, Buffer.alloc(8192, 'x'));
  await expect(openDatabase(`sqlite:${file}`)).rejects.toMatchObject({
    code: 'DATABASE_DAMAGED',
    kind: 'fatal',
  });
  await place.remove();
});

it('refuses a URL of another kind', async () => {
  await expect(openDatabase('mysql://nobody')).rejects.toMatchObject({ code: 'DATABASE_URL_INVALID' });
});
