import { randomBytes } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { openDatabase, sql } from './index.js';
import { databaseBehaviour } from './testing.js';

const server = process.env['SLUICE_TEST_POSTGRES'];
const skip = !server && process.env['SLUICE_TEST_UNIT'] === '1';

const fresh = async () => {
  if (!server)
    throw new Error(
      'SLUICE_TEST_POSTGRES is missing: start the backing services by `npx sluice stack up` or run through `npm test`',
    );
  const name = `suite_${randomBytes(6).toString('hex')}`;
  const admin = await openDatabase(server);
  await sql.raw(`create database ${name}`).execute(admin.tables());
  const url = new URL(server);
  url.pathname = name;
  const remove = async () => {
    await sql.raw(`drop database ${name} with (force)`).execute(admin.tables());
    await admin.close();
  };
  return { url: url.href, deadUrl: 'postgres://nobody:nothing@127.0.0.1:1,127.0.0.1:2/nowhere', remove };
};

describe.skipIf(skip)('postgres', () => {
  databaseBehaviour('behaviour', fresh);

  it('goes to the next host when one is down', async () => {
    const place = await fresh();
    const database = await openDatabase(place.url.replace(/@([^/]+)\//, '@127.0.0.1:1,$1/'));
    await database.probe();
    await database.close();
    await place.remove();
  });

  it('takes a password of any letters from PGPASSWORD, where the URL has none', async () => {
    const place = await fresh();
    const password = `p@ss/w:rd#%?&"\\ ü`;
    const role = `role_${randomBytes(6).toString('hex')}`;
    const admin = await openDatabase(place.url);
    await sql.raw(`create role ${role} login password '${password}'`).execute(admin.tables());
    const url = new URL(place.url);
    Object.assign(url, { username: role, password: '' });
    vi.stubEnv('PGPASSWORD', password);
    const own = await openDatabase(url.href);
    await own.probe();
    await own.close();
    vi.stubEnv('PGPASSWORD', 'wrong');
    const refused = await openDatabase(url.href);
    await expect(refused.probe()).rejects.toMatchObject({ code: 'DATABASE_REFUSED' });
    await refused.close();
    vi.unstubAllEnvs();
    await sql.raw(`drop role ${role}`).execute(admin.tables());
    await admin.close();
    await place.remove();
  });

  it('gives up on a server that accepts and never answers, and names a wrong password', async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const url = `postgres://a:b@127.0.0.1:${(silent.address() as AddressInfo).port}/x`;
    const database = await openDatabase(url, { connectTimeoutMs: 200 });
    await expect(database.probe()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await database.close();
    silent.close();
    const place = await fresh();
    const wrong = new URL(place.url);
    wrong.password = 'wrong';
    const refused = await openDatabase(wrong.href);
    await expect(refused.probe()).rejects.toMatchObject({ code: 'DATABASE_REFUSED' });
    await refused.close();
    await place.remove();
  });

  it('survives the server ending its connections, and drops a statement that takes too long', async () => {
    const place = await fresh();
    const [database, other] = [
      await openDatabase(place.url, { queryTimeoutMs: 300 }),
      await openDatabase(`${place.url}?application_name=other`),
    ];
    const slow = () => sql`select pg_sleep(30)`.execute(database.tables());
    await expect(slow()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await database.probe();
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`.execute(
      other.tables(),
    );
    await expect
      .poll(() =>
        database.probe().then(
          () => 'up',
          () => 'down',
        ),
      )
      .toBe('up');
    await Promise.all([database.close(), other.close()]);
    await place.remove();
  });
});
