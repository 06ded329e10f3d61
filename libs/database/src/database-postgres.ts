import type { ConnectionOptions } from 'node:tls';
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { databaseErrors, losesConnection } from './database-errors.js';
import { hostUrls } from './postgres-hosts.js';

/** Limits of the one pool. Times in milliseconds. */
export interface PostgresOptions {
  readonly poolSize?: number;
  readonly connectTimeoutMs?: number;
  /** After this a statement counts as lost and its connection is dropped. */
  readonly queryTimeoutMs?: number;
  /** Beside `sslmode`, `sslrootcert`, `sslcert` and `sslkey` of the URL. */
  readonly tls?: ConnectionOptions;
}

const POOL_SIZE = 10;
const CONNECT_TIMEOUT_MS = 5_000;
const QUERY_TIMEOUT_MS = 60_000;

/**
 * Opens the real side: one bounded pool. With several hosts (`postgres://a:5432,b:5432/name`) a new connection goes to the first
 * one that answers and is not a read-only replica. Nothing is connected yet. @throws SluiceError DATABASE_URL_INVALID
 */
export function openPostgres(url: string, options: PostgresOptions = {}): Kysely<unknown> {
  const urls = hostUrls(url);
  const hosts = { urls, next: 0 };
  const pool = new pg.Pool({
    connectionString: urls[0],
    Client: clientOf(hosts),
    max: options.poolSize ?? POOL_SIZE,
    connectionTimeoutMillis: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    query_timeout: options.queryTimeoutMs ?? QUERY_TIMEOUT_MS,
    keepAlive: true,
    types: { getTypeParser },
    ...(options.tls && { ssl: options.tls }),
    // The pool awaits what it returns, whatever its type says.
    ...(urls.length > 1 && { onConnect: refuseReplica as (client: pg.ClientBase) => void }),
  } as pg.PoolConfig);
  // A connection that dies has its next query fail; without a listener it would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new Kysely<unknown>({ dialect: new PostgresDialect({ pool: guardedPool(pool, hosts) }) });
}

interface Hosts {
  readonly urls: readonly string[];
  next: number;
}

function clientOf(hosts: Hosts): typeof pg.Client {
  return class extends pg.Client {
    constructor(config: pg.ClientConfig) {
      super({ ...config, connectionString: hosts.urls[hosts.next % hosts.urls.length] });
    }
  };
}

async function refuseReplica(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ transaction_read_only: string }>('show transaction_read_only');
  if (rows[0]?.transaction_read_only === 'on') throw new Error('read-only replica');
}

function guardedPool(pool: pg.Pool, hosts: Hosts): PostgresPool {
  const connect = async (triesLeft = hosts.urls.length): Promise<PostgresPoolClient> => {
    const host = hosts.next;
    try {
      return guardedClient(await pool.connect());
    } catch (cause) {
      if (hosts.next === host) hosts.next += 1;
      if (triesLeft <= 1) throw databaseErrors(cause);
      return connect(triesLeft - 1);
    }
  };
  return { connect: () => connect(), end: () => pool.end(), options: pool.options };
}

/** Turns the driver's errors into ours at the one place that every statement passes, and never gives a broken connection back. */
function guardedClient(client: pg.PoolClient): PostgresPoolClient {
  let broken = false;
  const query = async (text: string, parameters: ReadonlyArray<unknown>) => {
    try {
      return await client.query(text, parameters as unknown[]);
    } catch (cause) {
      broken ||= losesConnection(cause);
      throw databaseErrors(cause);
    }
  };
  return {
    query: query as unknown as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy || broken),
  };
}

const NUMBERS_AS_TEXT = new Set([20, 1700]);

/** int8 and numeric (sums, averages) as numbers, as SQLite gives them; an integer that a number cannot hold is refused, not rounded. */
const getTypeParser = ((oid: number, format?: 'text') => {
  if (!NUMBERS_AS_TEXT.has(oid)) return pg.types.getTypeParser(oid, format);
  return (text: string) => {
    const value = Number(text);
    if (Number.isInteger(value) && !Number.isSafeInteger(value))
      throw new RangeError('an integer of the database exceeds 2^53 - 1');
    return value;
  };
}) as typeof pg.types.getTypeParser;
