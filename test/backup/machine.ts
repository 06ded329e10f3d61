import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startStack, type Stack } from '@sluice/stack';
import { type Installation, LOCAL_PEER, startInstallation } from '../installation/installation.js';
import { queryOnce } from '../installation/query-once.js';
import { type CommandResult, sluice } from '../installation/sluice-command.js';

const ROLES = new URL('../../helm/sluice/files/database-roles.sql', import.meta.url);
const ROOMS = ['scrubbing', 'encryption', 'archival'];

/** What was lost is announced again soon; what no row names is kept. */
const SETTINGS = {
  ARCHIVAL_ANNOUNCE_MS: '5000',
  ARCHIVAL_SWEEP_MS: '250',
  ARCHIVAL_QUIET_MS: '300',
  ARCHIVAL_ORPHAN_MS: '604800000',
  LOG_LEVEL: 'warn',
};

/** Servers of one installation in a folder of their own, as on a machine of its own: other ports, other passwords, nothing shared. */
export interface Machine {
  readonly folder: string;
  readonly stack: Stack;
  /** What archival, and `sluice`, are given. */
  readonly doors: Readonly<Record<string, string>>;
  /** What the document's commands are given. */
  readonly environment: Readonly<Record<string, string>>;
  /** Roles as the chart's document makes them. */
  makeRoles(): Promise<void>;
  /** Passwords are in no backup. */
  setPasswords(): Promise<void>;
  start(): Promise<Installation>;
  sluice(...words: string[]): Promise<CommandResult>;
  query(text: string): Promise<Record<string, unknown>[]>;
  /** Ends the servers and leaves nothing. */
  destroy(): Promise<void>;
}

/** Where the key server of a machine in `folder` keeps its keys. */
export const keyServerData = (folder: string): string => join(folder, 'kms', 'keys.pickle');

/** Starts the servers in `folder`, with whatever lies there already. */
export async function openMachine(
  folder: string,
  { path, backup }: { path: string; backup: string },
): Promise<Machine> {
  await mkdir(folder, { recursive: true });
  const stack = await startStack({ folder, way: 'processes' });
  const owner = new URL(stack.env['SLUICE_TEST_POSTGRES'] ?? '');
  const doors = doorsOf(stack);
  const environment = environmentOf(stack, { owner, doors, path, backup, folder });
  const query = (text: string) => queryOnce(owner.href, text);
  const setPasswords = async () => {
    for (const room of ROOMS) await query(`alter role sluice_${room} password 'test'`);
  };
  return {
    folder,
    stack,
    doors,
    environment,
    setPasswords,
    query,
    makeRoles: async () => {
      await query(await readFile(ROLES, 'utf8'));
      await setPasswords();
    },
    start: () =>
      startInstallation({
        doors,
        settings: SETTINGS,
        settingsOf: (room): Record<string, string> =>
          ROOMS.includes(room) ? { DATABASE_URL: urlAs(owner, room) } : {},
      }),
    sluice: (...words) =>
      sluice([...words, '--json'], {
        folder,
        environment: { ...doors, PEERS: JSON.stringify([LOCAL_PEER]) },
      }),
    destroy: async () => {
      await stack.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function doorsOf({ env }: Stack): Record<string, string> {
  return {
    BUS_URL: `kafka://${env['SLUICE_TEST_KAFKA']}?replication=1&minIsr=1&partitions=4`,
    STORE_URL: env['SLUICE_TEST_S3'] ?? '',
    KEYS_URL: env['SLUICE_TEST_KMS'] ?? '',
    DATABASE_URL: urlAs(new URL(env['SLUICE_TEST_POSTGRES'] ?? ''), 'archival'),
    AWS_ACCESS_KEY_ID: env['AWS_ACCESS_KEY_ID'] ?? '',
    AWS_SECRET_ACCESS_KEY: env['AWS_SECRET_ACCESS_KEY'] ?? '',
    AWS_REGION: env['AWS_REGION'] ?? '',
  };
}

interface Given {
  readonly owner: URL;
  readonly doors: Readonly<Record<string, string>>;
  readonly path: string;
  readonly backup: string;
  readonly folder: string;
}

function environmentOf(
  { env }: Stack,
  { owner, doors, path, backup, folder }: Given,
): Record<string, string> {
  const endpoint = (name: string) => new URL(env[name] ?? '').searchParams.get('endpoint') ?? '';
  return {
    ...doors,
    PATH: path,
    HOME: folder,
    BACKUP: backup,
    BUCKET: 's3://sluice',
    KEY_SERVER_DATA: keyServerData(folder),
    READERS: 'archival',
    KAFKA: env['SLUICE_TEST_KAFKA'] ?? '',
    AWS_ENDPOINT_URL_S3: endpoint('SLUICE_TEST_S3'),
    AWS_ENDPOINT_URL_KMS: endpoint('SLUICE_TEST_KMS'),
    AWS_DEFAULT_REGION: env['AWS_REGION'] ?? '',
    PGHOST: owner.hostname,
    PGPORT: owner.port,
    PGUSER: owner.username,
    PGPASSWORD: owner.password,
  };
}

function urlAs(owner: URL, room: string): string {
  const url = new URL(owner);
  url.username = `sluice_${room}`;
  url.password = 'test';
  return url.href;
}
