import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startStack } from '@sluice/stack';
import pg from 'pg';
import { manifestsOf, type Manifest } from '../../chart/ground/chart.ts';
import { programs } from '../../chart/ground/programs.ts';
import { freePort } from '../../installation/free-port.ts';
import { ServiceProcess } from '../../installation/service-process.ts';
import { Workers } from './workers.ts';

export const TOPIC_PREFIX = 'scaling.';
export const MOST_WORKERS = 4;

/** What the chart is given beyond its profile `cpu`: where the backing services are, and a clock that a person can wait for. */
function valuesOf(env: Readonly<Record<string, string>>): string[] {
  return [
    `kafka.brokers={${env['SLUICE_TEST_KAFKA']}}`,
    'kafka.replication=1',
    'kafka.minIsr=1',
    `kafka.topicPrefix=${TOPIC_PREFIX}`,
    `store.url=${env['SLUICE_TEST_S3']}`,
    `keys.url=${env['SLUICE_TEST_KMS']}`,
    `scrubbing.scaling.max=${MOST_WORKERS}`,
    ...CLOCK,
  ];
}

/** The chart looks every 15 s and lets one replica go every 120 s after 300 s; here: */
export const CLOCK = [
  'scaling.pollingSeconds=5',
  'scaling.down.stabilizationSeconds=20',
  'scaling.down.pods=1',
  'scaling.down.periodSeconds=15',
];

/** Backing services, intake, and scrubbing as many times as asked, all with the environment that the chart gives them. */
export interface Ground {
  readonly broker: string;
  readonly dimsePort: number;
  readonly database: pg.Client;
  readonly storeUrl: string;
  readonly workers: Workers;
  /** What only the rooms may know: the content of their Secret. */
  readonly secret: Readonly<Record<string, string>>;
  /** What the chart renders for scrubbing. */
  readonly scrubbing: readonly Manifest[];
  stop(): Promise<void>;
}

export async function openGround(folder: string, say: (line: string) => void): Promise<Ground> {
  const stack = await startStack({ folder: join(folder, 'stack'), way: 'processes', say });
  const ends: (() => Promise<unknown>)[] = [() => stack.stop()];
  const stop = async (): Promise<void> => {
    for (const end of ends.reverse()) await end();
  };
  try {
    const { helm } = await programs(['helm'], say);
    const objects = await manifestsOf({ helm, profile: 'cpu', set: valuesOf(stack.env) });
    await mkdir(join(folder, 'tmp'));
    const secret = {
      DATABASE_URL: stack.env['SLUICE_TEST_POSTGRES'] ?? '',
      AWS_ACCESS_KEY_ID: stack.env['AWS_ACCESS_KEY_ID'] ?? '',
      AWS_SECRET_ACCESS_KEY: stack.env['AWS_SECRET_ACCESS_KEY'] ?? '',
    };
    const common = { ...secret, TMPDIR: join(folder, 'tmp') };
    // The store of this process reads the same.
    Object.assign(process.env, stack.env);
    const dimsePort = await freePort();
    const intake = await startIntake(folder, { ...environmentOf(objects, 'intake'), ...common }, dimsePort);
    ends.push(() => intake.end('SIGTERM'));
    const workers = new Workers(folder, { ...environmentOf(objects, 'scrubbing'), ...common });
    ends.push(() => workers.keep(0));
    const database = new pg.Client({ connectionString: secret.DATABASE_URL });
    await database.connect();
    ends.push(() => database.end());
    return {
      broker: stack.env['SLUICE_TEST_KAFKA'] ?? '',
      dimsePort,
      database,
      storeUrl: stack.env['SLUICE_TEST_S3'] ?? '',
      workers,
      secret,
      scrubbing: objects.filter(
        ({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] === 'scrubbing',
      ),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startIntake(
  folder: string,
  environment: Readonly<Record<string, string>>,
  dimsePort: number,
): Promise<ServiceProcess> {
  const intake = new ServiceProcess('intake', {
    httpPort: await freePort(),
    logFile: join(folder, 'intake.log'),
    environment: {
      ...environment,
      PEERS: JSON.stringify([{ name: 'local', tenant: 't1', aeTitle: 'LOCAL' }]),
      DIMSE_PORT: String(dimsePort),
      DIMSE_HOST: '127.0.0.1',
    },
  });
  intake.spawn();
  await intake.ready(60_000);
  return intake;
}

/** The plain settings of a room's Deployment; what Secrets hold comes from elsewhere. */
function environmentOf(objects: readonly Manifest[], room: string): Record<string, string> {
  const deployment = objects.find(
    ({ kind, metadata }) =>
      kind === 'Deployment' && metadata.labels?.['app.kubernetes.io/component'] === room,
  );
  const env = (deployment?.['spec'].template.spec.containers[0].env ?? []) as {
    name: string;
    value?: string;
  }[];
  return Object.fromEntries(
    env
      .filter(({ name }) => !name.endsWith('_FILE'))
      .flatMap(({ name, value }) => (value ? [[name, value]] : [])),
  );
}
