import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { freePort } from './free-port.ts';
import { queryOnce } from './query-once.ts';
import { type ProcessOptions, ServiceProcess } from './service-process.ts';

export const SERVICES = ['intake', 'scrubbing', 'encryption', 'archival'] as const;
export type Service = (typeof SERVICES)[number];

/** A running Sluice: each service its own process on its own ports, doors as given. */
export interface Installation {
  readonly folder: string;
  readonly dimsePort: number;
  readonly httpPort: number;
  /** The doors' URLs and credentials, for whoever reads beside it. */
  readonly doors: Readonly<Record<string, string>>;
  readonly services: Readonly<Record<Service, ServiceProcess>>;
  /** Where it was asked for. */
  readonly inference: ServiceProcess | undefined;
  /** Ends every process and removes the folder. */
  stop(): Promise<void>;
}

export interface InstallationOptions {
  readonly doors: Readonly<Record<string, string>>;
  /** Default: one peer LOCAL, tenant t1, with the bearer token `test-token`. */
  readonly peers?: readonly object[];
  readonly settings?: Readonly<Record<string, string>>;
  /** What each service runs. Default: the build of the app of that name. */
  readonly programOf?: (name: Service | 'inference') => URL;
  /** Settings of one service alone. */
  readonly settingsOf?: (name: string) => Readonly<Record<string, string>>;
  /** Starts inference too, with these settings; archival waits for it. */
  readonly inference?: Readonly<Record<string, string>>;
}

/** SHA-256 of `test-token`. */
export const TOKEN_SHA256 = '4c5dc9b7708905f77f5e5d16316b5dfb425e68cb326dcd55a860e90a7707031e';
export const LOCAL_PEER = { name: 'local', tenant: 't1', aeTitle: 'LOCAL', tokenSha256: TOKEN_SHA256 };

/** Real doors from the backing services in the environment: a database, a store prefix and topics of its own, so that tests share one stack. */
export async function realDoors(
  stack: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Record<string, string>> {
  const {
    SLUICE_TEST_KAFKA: kafka,
    SLUICE_TEST_S3: s3,
    SLUICE_TEST_KMS: kms,
    SLUICE_TEST_POSTGRES: postgres,
  } = stack;
  if (!kafka || !s3 || !kms || !postgres) {
    throw new Error('no backing services: start them by `npx sluice stack up`, or run through `npm test`');
  }
  const own = `t${randomBytes(6).toString('hex')}`;
  const [bucket = '', query = ''] = s3.split('?');
  return {
    BUS_URL: `kafka://${kafka}?replication=1&minIsr=1&partitions=4&topicPrefix=${own}.`,
    STORE_URL: `${bucket.replace(/\/$/, '')}/${own}?${query}`,
    KEYS_URL: kms,
    DATABASE_URL: await createDatabase(postgres, own),
    AWS_ACCESS_KEY_ID: stack['AWS_ACCESS_KEY_ID'] ?? '',
    AWS_SECRET_ACCESS_KEY: stack['AWS_SECRET_ACCESS_KEY'] ?? '',
    AWS_REGION: stack['AWS_REGION'] ?? 'us-east-1',
  };
}

/** Starts the services on the given doors and waits until they are ready. */
export async function startInstallation(options: InstallationOptions): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-'));
  await mkdir(join(folder, 'tmp'));
  const dimsePort = await freePort();
  const common = environmentOf(options, { folder, dimsePort });
  const own = (name: string) => ({ environment: { ...common, ...options.settingsOf?.(name) } });
  const made = new Map<string, ServiceProcess>();
  for (const name of options.inference ? ([...SERVICES, 'inference'] as const) : SERVICES) {
    const program = options.programOf && { program: options.programOf(name) };
    made.set(name, await makeProcess(name, { folder, ...own(name), ...program }));
  }
  for (const service of made.values()) service.spawn();
  const stop = async () => {
    for (const service of made.values()) await service.end('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all([...made.values()].map((service) => service.ready(60_000)));
  } catch (error) {
    await stop();
    throw error;
  }
  const services = Object.fromEntries(made) as Record<Service, ServiceProcess>;
  const { doors } = options;
  const inference = made.get('inference');
  return { folder, dimsePort, httpPort: services.intake.httpPort, doors, services, inference, stop };
}

function environmentOf(
  { doors, peers = [LOCAL_PEER], settings, inference }: InstallationOptions,
  { folder, dimsePort }: Pick<Installation, 'folder' | 'dimsePort'>,
): Record<string, string> {
  return {
    ...doors,
    TMPDIR: join(folder, 'tmp'),
    PEERS: JSON.stringify(peers),
    DIMSE_PORT: String(dimsePort),
    DIMSE_HOST: '127.0.0.1',
    ARCHIVAL_QUIET_MS: '1000',
    ARCHIVAL_SWEEP_MS: '500',
    ...(inference && { ARCHIVAL_AWAITS_INFERENCE: 'true', ...inference }),
    ...settings,
  };
}

async function makeProcess(
  name: string,
  { folder, ...options }: Pick<Installation, 'folder'> & Pick<ProcessOptions, 'environment' | 'program'>,
): Promise<ServiceProcess> {
  const logFile = join(folder, `${name}.log`);
  return new ServiceProcess(name, { httpPort: await freePort(), logFile, ...options });
}

async function createDatabase(url: string, name: string): Promise<string> {
  await queryOnce(url, `create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return own.href;
}
