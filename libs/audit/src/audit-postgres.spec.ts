import { randomBytes } from 'node:crypto';
import { openDatabase, sql } from '@sluice/database';
import { describe } from 'vitest';
import { auditBehaviour } from './testing.js';

const server = process.env['SLUICE_TEST_POSTGRES'];
const skip = !server && process.env['SLUICE_TEST_UNIT'] === '1';

describe.skipIf(skip)('audit', () => {
  auditBehaviour('postgres', async () => {
    if (!server)
      throw new Error(
        'SLUICE_TEST_POSTGRES is missing: start the backing services by `npx sluice stack up` or run through `npm test`',
      );
    const name = `audit_${randomBytes(6).toString('hex')}`;
    const admin = await openDatabase(server);
    await sql.raw(`create database ${name}`).execute(admin.tables());
    const url = new URL(server);
    url.pathname = name;
    const drop = async () =>
      void (await sql.raw(`drop database if exists ${name} with (force)`).execute(admin.tables()));
    const remove = async () => {
      await drop();
      await admin.close();
    };
    return { url: url.href, breakDown: drop, remove };
  });
});
