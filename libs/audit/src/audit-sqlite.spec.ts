import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, sql } from '@sluice/database';
import { auditBehaviour } from './testing.js';

auditBehaviour('sqlite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-audit-'));
  const url = `sqlite:${join(folder, 'audit.db')}`;
  const breakDown = async () => {
    // As a file system that turned read-only.
    const database = await openDatabase(url);
    await sql`pragma query_only = 1`.execute(database.tables());
    await database.close();
  };
  return { url, breakDown, remove: () => rm(folder, { recursive: true }) };
});
