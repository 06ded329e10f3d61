import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createWalSync } from './wal-sync.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-wal-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('syncs the log of an open database, alone and shared, before and after a checkpoint', async () => {
  const file = join(folder, 'x.sqlite');
  const database = new DatabaseSync(file);
  database.exec('pragma journal_mode = wal; pragma synchronous = normal; create table t (n integer)');
  const sync = createWalSync(file);
  const shared: Promise<void>[] = [];
  for (let n = 0; n < 100; n += 1) {
    database.exec(`insert into t values (${n})`);
    shared.push(sync.durable());
  }
  // The first runs at once; all that came while it ran share one more.
  expect(new Set(shared).size).toBe(2);
  await Promise.all(shared);
  database.exec('pragma wal_checkpoint(truncate)');
  database.exec('insert into t values (100)');
  await sync.durable();
  await sync.close();
  database.close();
});

it('says to all who asked that there is no log, and tries again for the next', async () => {
  const file = join(folder, 'late.sqlite');
  const sync = createWalSync(file);
  const asked = await Promise.allSettled([sync.durable(), sync.durable(), sync.durable()]);
  expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  await expect(sync.durable()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  await writeFile(`${file}-wal`, '');
  await sync.durable();
  await sync.close();
});

it('never succeeds again once the disk has lost something', async () => {
  const file = join(folder, 'lost.sqlite');
  // A directory can be opened and synced, a pipe can be opened and not: it stands for a disk that fails.
  const made = spawnSync('mkfifo', [`${file}-wal`]);
  expect(made.status).toBe(0);
  const holder = spawn('sh', ['-c', `exec 3<>'${file}-wal'; echo open; exec sleep 30`]);
  await once(holder.stdout, 'data');
  const sync = createWalSync(file);
  await expect(sync.durable()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  await expect(sync.durable()).rejects.toMatchObject({ detail: expect.stringContaining('lost') as string });
  expect(() => sync.check()).toThrow('DATABASE_UNAVAILABLE');
  await sync.close();
  holder.kill('SIGKILL');
});
