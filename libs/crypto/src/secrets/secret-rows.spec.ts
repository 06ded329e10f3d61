import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, sql } from '@sluice/database';
import { describe, expect, it } from 'vitest';
import { openSecretRows } from './secret-rows.js';

const server = process.env['SLUICE_TEST_POSTGRES'];
const skip = !server && process.env['SLUICE_TEST_UNIT'] === '1';

async function keepsTheFirst(url: string): Promise<void> {
  const database = await openDatabase(url);
  const rows = await openSecretRows(database);
  const owner = { tenant: 't1', subjectKey: randomBytes(32).toString('hex'), purpose: 'archive' } as const;
  expect(await rows.find(owner)).toBeUndefined();
  const racing = Array.from({ length: 32 }, () => randomBytes(357));
  await Promise.all(racing.map((wrapped) => rows.add(owner, wrapped)));
  const kept = await rows.find(owner);
  expect(racing.filter((wrapped) => kept?.equals(wrapped))).toHaveLength(1);
  await rows.add(owner, randomBytes(357));
  expect(await (await openSecretRows(database)).find(owner)).toEqual(kept);
  expect(await rows.find({ ...owner, purpose: 'pseudonym' })).toBeUndefined();
  expect(await rows.find({ ...owner, tenant: 't2' })).toBeUndefined();
  await database.close();
}

describe('rows of wrapped secrets', () => {
  it('keep the first of 32 racers on SQLite', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-crypto-'));
    await keepsTheFirst(`sqlite:${join(folder, 'rows.db')}`);
    await rm(folder, { recursive: true });
  });

  it.skipIf(skip)('keep the first of 32 racers on PostgreSQL', async () => {
    if (!server)
      throw new Error(
        'SLUICE_TEST_POSTGRES is missing: start the backing services by `npx sluice stack up` or run through `npm test`',
      );
    const name = `crypto_${randomBytes(6).toString('hex')}`;
    const admin = await openDatabase(server);
    await sql.raw(`create database ${name}`).execute(admin.tables());
    const url = new URL(server);
    url.pathname = name;
    await keepsTheFirst(url.href);
    await sql.raw(`drop database ${name} with (force)`).execute(admin.tables());
    await admin.close();
  });
});
