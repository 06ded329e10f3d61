import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase, sql } from '@sluice/database';
import { ARCHIVAL_MIGRATIONS } from '../rows/tables.js';

/** A fresh database with archival's tables, and how to be rid of it. */
export interface IndexDatabase {
  readonly database: Database;
  remove(): Promise<void>;
}

/** In a folder of its own. */
export async function sqliteIndex(): Promise<IndexDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-index-'));
  const database = await migrated(`sqlite:${join(folder, 'archival.db')}`);
  const remove = () => database.close().then(() => rm(folder, { recursive: true }));
  return { database, remove };
}

/** Beside the others of the server at `url`. @throws Error when `url` is missing */
export async function postgresIndex(url: string | undefined): Promise<IndexDatabase> {
  if (!url)
    throw new Error(
      'SLUICE_TEST_POSTGRES is missing: start the backing services by `npx sluice stack up` or run through `npm test`',
    );
  const name = `archival_${randomBytes(6).toString('hex')}`;
  const admin = await openDatabase(url);
  await sql.raw(`create database ${name}`).execute(admin.tables());
  const database = await migrated(Object.assign(new URL(url), { pathname: name }).href);
  const remove = async () => {
    await database.close();
    await sql.raw(`drop database ${name} with (force)`).execute(admin.tables());
    await admin.close();
  };
  return { database, remove };
}

async function migrated(url: string): Promise<Database> {
  const database = await openDatabase(url);
  await database.migrate('archival', ARCHIVAL_MIGRATIONS);
  return database;
}
