import { DescribeKeyCommand, KMSClient, NotFoundException } from '@aws-sdk/client-kms';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import type { StackRecord } from './record.js';
import type { ServiceName } from './names.js';
import { silenceNegativeTimeouts } from './quiet-timers.js';
import { tcpAnswers } from './wait.js';

const REGION = 'us-east-1';
const TIMEOUT_MS = 3000;

/** Coordinates of one service, as its clients write them. */
export function urlOf(name: ServiceName, port: number, record: StackRecord): string {
  if (name === 'kafka') return `127.0.0.1:${port}`;
  if (name === 's3') return `s3://sluice?endpoint=http://127.0.0.1:${port}`;
  if (name === 'kms') return `aws-kms:?endpoint=http://127.0.0.1:${port}`;
  return `postgres://sluice:${record.password}@127.0.0.1:${port}/sluice`;
}

/** Environment for the clients of the given services. */
export function envOf(
  urls: Partial<Record<ServiceName, string>>,
  record: StackRecord,
): Record<string, string> {
  const env: Record<string, string> = {
    AWS_ACCESS_KEY_ID: record.accessKey,
    AWS_SECRET_ACCESS_KEY: record.secretKey,
    AWS_REGION: REGION,
  };
  for (const [name, url] of Object.entries(urls)) env[`SLUICE_TEST_${name.toUpperCase()}`] = url;
  return env;
}

/** An S3 client for the stack's own use. */
export function s3Client(port: number, record: StackRecord): S3Client {
  return new S3Client({ ...awsOptions(port, record), forcePathStyle: true });
}

/** A KMS client for the stack's own use. */
export function kmsClient(port: number, record: StackRecord): KMSClient {
  return new KMSClient(awsOptions(port, record));
}

function awsOptions(port: number, record: StackRecord): object {
  return {
    endpoint: `http://127.0.0.1:${port}`,
    region: REGION,
    credentials: { accessKeyId: record.accessKey, secretAccessKey: record.secretKey },
    maxAttempts: 1,
  };
}

/** Throws unless the service answers its real protocol: an open port alone is not ready. */
export async function probe(name: ServiceName, port: number, record: StackRecord): Promise<void> {
  await tcpAnswers(port);
  if (name === 'kafka') return probeKafka(port);
  if (name === 's3') return probeS3(port, record);
  if (name === 'kms') return probeKms(port, record);
  return probePostgres(port, record);
}

async function probeKafka(port: number): Promise<void> {
  silenceNegativeTimeouts();
  const kafka = new Kafka({
    brokers: [`127.0.0.1:${port}`],
    logLevel: logLevel.NOTHING,
    connectionTimeout: TIMEOUT_MS,
    retry: { retries: 0 },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    if (brokers.length === 0) throw new Error('no broker in the cluster yet');
    // Finds a group coordinator: without one the first consumer meets "group coordinator is not available".
    await admin.describeGroups(['sluice-ready']);
  } finally {
    await admin.disconnect();
  }
}

async function probeS3(port: number, record: StackRecord): Promise<void> {
  const client = s3Client(port, record);
  try {
    await client.send(new ListBucketsCommand({}), { abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
  } finally {
    client.destroy();
  }
}

async function probeKms(port: number, record: StackRecord): Promise<void> {
  const client = kmsClient(port, record);
  try {
    const command = new DescribeKeyCommand({ KeyId: 'alias/sluice-ready' });
    await client.send(command, { abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    if (!(error instanceof NotFoundException)) throw error;
  } finally {
    client.destroy();
  }
}

async function probePostgres(port: number, record: StackRecord): Promise<void> {
  // The server's own database: ours may not have been created yet.
  const connectionString = urlOf('postgres', port, record).replace(/sluice$/, 'postgres');
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: TIMEOUT_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
  } finally {
    await client.end();
  }
}
