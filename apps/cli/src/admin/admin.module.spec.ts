import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAudit } from '@sluice/audit';
import { openDatabase } from '@sluice/database';
import { captureLog, startForTest } from '@sluice/service/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AdminModule } from './admin.module.js';
import { AdminSettings } from './config.js';
import { tokenDigest } from './people.js';

const listOf = (...names: string[]) =>
  JSON.stringify(names.map((name) => ({ name, tokenSha256: tokenDigest(name), may: ['status'] })));

let folder: string;
let door: Awaited<ReturnType<typeof startForTest>>;
const log = captureLog();
const at = (name: string) => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-admin-'));
  await writeFile(at('people.json'), listOf('ada', 'bob'));
  const environment = {
    DATABASE_URL: `sqlite:${at('sluice.db')}`,
    ADMIN_PEOPLE_FILE: at('people.json'),
    ADMIN_TLS_CERT: 'none: nobody listens here',
    ADMIN_TLS_KEY: 'none',
  };
  const application = { settings: AdminSettings, module: AdminModule.open };
  door = await startForTest('admin-door', application, { environment, logTo: log, lookEveryMs: 10 });
});
afterEach(async () => {
  await door.stop();
  await rm(folder, { recursive: true });
});

const readiness = async () => {
  const answer = await fetch(`http://127.0.0.1:${door.port}/health/ready`);
  return (await answer.json()) as { ready: boolean; checks: Record<string, string> };
};

it('is not ready until archival has made the trail, and makes none of its tables itself', async () => {
  expect(await readiness()).toMatchObject({ ready: false, checks: { 'admin-door.audit': 'failing' } });
  const database = await openDatabase(`sqlite:${at('sluice.db')}`);
  const tables = async () => (await database.tables().introspection.getTables()).map(({ name }) => name);
  expect(await tables()).toEqual([]);
  await openAudit(database);
  await vi.waitFor(async () => expect((await readiness()).ready).toBe(true), { timeout: 30_000 });
  await database.close();
}, 60_000);

it('reads its people again when their file has changed, and keeps those it has where the new list is none', async () => {
  const said = () =>
    log.lines.map((line) => JSON.parse(line) as { message?: string; msg?: string; count?: number });
  const lineOf = (words: string) => said().find(({ msg }) => msg === words);
  await writeFile(at('people.json'), '[]');
  await vi.waitFor(() => expect(lineOf('renewed settings are refused')).toBeDefined(), { timeout: 30_000 });
  expect(lineOf('people renewed')).toBeUndefined();
  await writeFile(at('people.json'), listOf('ada'));
  await vi.waitFor(() => expect(lineOf('people renewed')).toMatchObject({ count: 1 }), { timeout: 30_000 });
}, 60_000);
