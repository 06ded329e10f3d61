import { archivalTables } from '@sluice/archival/doors';
import { ARCHIVAL_MIGRATIONS, type ArchivalTables } from '@sluice/archival/rows/tables';
import { openAudit, type Audit } from '@sluice/audit';
import { openBus, type Bus } from '@sluice/bus';
import { openKeys, type Keys, type PublicKey, type SecretShelf } from '@sluice/crypto';
import { openDatabase, type Database, type Kysely } from '@sluice/database';
import { busOptions, readSettings, type Environment } from '@sluice/service';
import { openStore, secretShelf, type Store } from '@sluice/store';
import { userInfo } from 'node:os';
import { StandaloneSettings } from '@sluice/standalone/config';
import { z } from 'zod';

/** What the command line reads of the environment: the doors; embedded under `.sluice` when not given, like `npm start`. */
export const CliSettings = z.object({
  BUS_URL: StandaloneSettings.shape.BUS_URL,
  KAFKA_USERNAME: StandaloneSettings.shape.KAFKA_USERNAME,
  KAFKA_PASSWORD: StandaloneSettings.shape.KAFKA_PASSWORD,
  KAFKA_CA: StandaloneSettings.shape.KAFKA_CA,
  KAFKA_CERT: StandaloneSettings.shape.KAFKA_CERT,
  KAFKA_KEY: StandaloneSettings.shape.KAFKA_KEY,
  STORE_URL: StandaloneSettings.shape.STORE_URL,
  KEYS_URL: StandaloneSettings.shape.KEYS_URL,
  DATABASE_URL: StandaloneSettings.shape.DATABASE_URL,
});

/** Each door opens when it is first asked for. `keysAlone` are for folder-to-folder work, which needs no database. */
export interface Doors {
  /** Who asks, as the audit trail names the person. */
  readonly person: string;
  database(): Promise<Database>;
  store(): Promise<Store>;
  bus(): Promise<Bus>;
  keys(): Promise<Keys>;
  keysAlone(): Promise<Keys>;
  /** The key that others verify releases with; no key is made for it. */
  releaseKey(): Promise<PublicKey>;
  index(): Promise<Kysely<ArchivalTables>>;
  audit(): Promise<Audit>;
}

/** Whose doors: this process' environment and who runs it, when not given. */
export interface Asking {
  readonly environment?: Environment;
  readonly person?: string;
}

/** Opens the doors that a command asks for, and closes them all, also when it fails. */
export async function withDoors<T>(
  work: (doors: Doors) => Promise<T>,
  { environment, person = userInfo().username }: Asking = {},
): Promise<T> {
  const settings = readSettings(CliSettings, environment);
  const opened: { close(): Promise<void> }[] = [];
  const keep = <D extends { close(): Promise<void> }>(door: D): D => {
    opened.unshift(door);
    return door;
  };
  const database = once(async () => keep(await openDatabase(settings.DATABASE_URL)));
  const store = once(async () => keep(await openStore(settings.STORE_URL)));
  const doors: Doors = {
    person,
    database,
    store,
    bus: once(async () => keep(await openBus(settings.BUS_URL, busOptions('cli', settings)))),
    keys: once(async () =>
      keep(
        await openKeys(settings.KEYS_URL, { shelf: secretShelf(await store()), database: await database() }),
      ),
    ),
    keysAlone: once(async () =>
      keep(await openKeys(settings.KEYS_URL, { shelf: secretShelf(await store()) })),
    ),
    releaseKey: once(async () => keep(await openKeys(settings.KEYS_URL, { shelf: IN_USE })).releaseKey()),
    index: once(async () => archivalTables(await migrated(await database()))),
    audit: once(async () => openAudit(await database())),
  };
  try {
    return await work(doors);
  } finally {
    for (const door of opened) await door.close();
  }
}

/** A shelf that says that secrets stand there: where the master key is missing, nobody makes another one. */
const IN_USE: SecretShelf = {
  holdsAny: async () => true,
  get: async () => undefined,
  putIfAbsent: () => Promise.reject(new Error('nothing is kept here')),
};

async function migrated(database: Database): Promise<Database> {
  await database.migrate('archival', ARCHIVAL_MIGRATIONS);
  return database;
}

function once<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return () => (opened ??= open());
}
