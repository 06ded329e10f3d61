import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServiceName, Stack } from '@sluice/stack';
import { freePort } from '../../installation/free-port.ts';
import { startServer, type Receiver, type Server, type StartOptions } from './server.ts';

/** What intake needs; PostgreSQL would only take from the cores. */
type BackingName = Exclude<ServiceName, 'postgres'>;

/** What an S3 client signs with. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const PEERS = JSON.stringify([{ name: 'local', tenant: 't1', aeTitle: 'LOCAL' }]);

/** Intake alone on the embedded doors: sealed, fsynced, announced. */
export const embeddedIntake: Receiver = {
  name: 'Sluice embedded',
  words: 'intake alone; sealed, fsync of bytes, folder and event',
  start: (folder, options) => startSluice('intake', embeddedDoors(folder), { folder, ...options }),
};

/** Every stage in one process on the embedded doors. */
export const standalone: Receiver = {
  name: 'Sluice standalone',
  words: 'every stage in one process',
  start: (folder, options) => startSluice('standalone', embeddedDoors(folder), { folder, ...options }),
};

/** Intake alone on Kafka, S3 and KMS, in a place of its own on a running stack. */
export function realIntake(stack: Stack<BackingName>): Receiver {
  return {
    name: 'Sluice real',
    words: 'intake alone on Kafka, S3 (versitygw) and KMS (moto), which run on the same cores',
    async start(folder, options) {
      const server = await startSluice('intake', realDoors(stack), { folder, ...options });
      const { kafka, s3, kms } = stack.services;
      const helpers = [kafka.pid, s3.pid, kms.pid].filter((pid) => pid !== undefined);
      return { ...server, helpers };
    },
  };
}

/** A place of its own in the stack's object store, and what opens it. */
export function realStore(stack: Stack<BackingName>): { url: string; credentials: S3Credentials } {
  const doors = realDoors(stack);
  const credentials = {
    accessKeyId: doors['AWS_ACCESS_KEY_ID']!,
    secretAccessKey: doors['AWS_SECRET_ACCESS_KEY']!,
  };
  return { url: `${doors['STORE_URL']}&region=${doors['AWS_REGION']}`, credentials };
}

/** The file that a standalone's archival index lies in. */
export function databaseFile(folder: string): string {
  return join(folder, 'sluice.db');
}

function embeddedDoors(folder: string): Record<string, string> {
  return {
    BUS_URL: `embedded:${join(folder, 'bus')}`,
    STORE_URL: `file:${join(folder, 'store')}`,
    KEYS_URL: `local:${join(folder, 'keys')}`,
    DATABASE_URL: `sqlite:${databaseFile(folder)}`,
  };
}

function realDoors({ env }: Stack<BackingName>): Record<string, string> {
  const own = `b${randomBytes(6).toString('hex')}`;
  const [bucket = '', query = ''] = env['SLUICE_TEST_S3']!.split('?');
  return {
    BUS_URL: `kafka://${env['SLUICE_TEST_KAFKA']}?replication=1&minIsr=1&partitions=4&topicPrefix=${own}.`,
    STORE_URL: `${bucket.replace(/\/$/, '')}/${own}?${query}`,
    KEYS_URL: env['SLUICE_TEST_KMS']!,
    AWS_ACCESS_KEY_ID: env['AWS_ACCESS_KEY_ID']!,
    AWS_SECRET_ACCESS_KEY: env['AWS_SECRET_ACCESS_KEY']!,
    AWS_REGION: env['AWS_REGION'] ?? 'us-east-1',
  };
}

type Place = { folder: string } & Partial<StartOptions>;

async function startSluice(
  name: string,
  doors: Record<string, string>,
  { folder, profileFolder }: Place,
): Promise<Server> {
  const [port, httpPort] = [await freePort(), await freePort()];
  const program = fileURLToPath(new URL(`../../../apps/${name}/dist/main.js`, import.meta.url));
  await mkdir(join(folder, 'tmp'));
  const env = {
    ...doors,
    PEERS,
    TMPDIR: join(folder, 'tmp'),
    DIMSE_PORT: String(port),
    DIMSE_HOST: '127.0.0.1',
    HTTP_PORT: String(httpPort),
    HTTP_HOST: '127.0.0.1',
  };
  const profiling = profileFolder ? ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`] : [];
  const args = [...profiling, program];
  return startServer({
    command: process.execPath,
    args,
    env,
    port,
    aeTitle: 'SLUICE',
    logFile: join(folder, `${name}.log`),
  });
}
