import type { ArchivalTables } from '@sluice/archival/rows/tables';
import type { Audit } from '@sluice/audit';
import type { Bus } from '@sluice/bus';
import type { Keys, PublicKey, SecretShelf } from '@sluice/crypto';
import type { Database, Kysely } from '@sluice/database';
import { busOptions, readSettings, type Environment } from '@sluice/service/settings';
import type { Store } from '@sluice/store';
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

/**
 * Opens the doors that a command asks for (what is behind the others is not even loaded), and closes them all, also when it fails.
 * Tables belong to the services: a command makes and changes none.
 */
export async function withDoors<T>(
  work: (doors: Doors) => Promise<T>,
  { environment, person = userInfo().username }: Asking = {},
): Promise<T> {
  const settings = readSettings(CliSettings, environment);
  const opened: Closing[] = [];
  const keep = <D extends Closing>(door: D): D => {
    opened.unshift(door);
    return door;
  };
  try {
    return await work({ person, ...doorsBehind(settings, keep) });
  } finally {
    for (const door of opened) await door.close();
  }
}

interface Closing {
  close(): Promise<void>;
}

function doorsBehind(
  settings: z.infer<typeof CliSettings>,
  keep: <D extends Closing>(door: D) => D,
): Omit<Doors, 'person'> {
  const database = once(async () => {
    const { openDatabase } = await import('@sluice/database');
    return keep(await openDatabase(settings.DATABASE_URL, { guest: true }));
  });
  const store = once(async () => {
    const { openStore } = await import('@sluice/store');
    return keep(await openStore(settings.STORE_URL));
  });
  const openKeys = async (shelf: SecretShelf, more: { readonly database?: Database } = {}) => {
    const { openKeys: open } = await import('@sluice/crypto');
    return keep(await open(settings.KEYS_URL, { shelf, ...more }));
  };
  return {
    database,
    store,
    bus: once(async () => {
      const { openBus } = await import('@sluice/bus');
      return keep(await openBus(settings.BUS_URL, busOptions('cli', settings)));
    }),
    keys: once(async () => openKeys(await shelfOf(store), { database: await database() })),
    keysAlone: once(async () => openKeys(await shelfOf(store))),
    releaseKey: once(async () => {
      const { SHELF_IN_USE } = await import('@sluice/crypto');
      return (await openKeys(SHELF_IN_USE)).releaseKey();
    }),
    index: once(async () => indexOf(await database())),
    audit: once(async () => {
      const { openAudit } = await import('@sluice/audit');
      return openAudit(await database());
    }),
  };
}

async function shelfOf(store: () => Promise<Store>): Promise<SecretShelf> {
  const { secretShelf } = await import('@sluice/store');
  return secretShelf(await store());
}

async function indexOf(database: Database): Promise<Kysely<ArchivalTables>> {
  const [{ archivalTables }, { ARCHIVAL_MIGRATIONS }] = await Promise.all([
    import('@sluice/archival/doors'),
    import('@sluice/archival/rows/tables'),
  ]);
  await database.migrate('archival', ARCHIVAL_MIGRATIONS);
  return archivalTables(database);
}

function once<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return () => (opened ??= open());
}
