import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KMS } from '@aws-sdk/client-kms';
import { S3 } from '@aws-sdk/client-s3';
import { KEY_PURPOSES } from '@sluice/contracts';
import { Kafka, logLevel, type Message } from 'kafkajs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStack } from './stack.js';
import type { Stack } from './stack.types.js';

const UNIT_ONLY = process.env['SLUICE_TEST_UNIT'] === '1';

describe.skipIf(UNIT_ONLY)('a stack of four services', { timeout: 120_000 }, () => {
  let folder: string;
  let stack: Stack;
  let s3: S3;
  let kms: KMS;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-stack-'));
    stack = await startStack({ folder });
    const endpoint = (name: 's3' | 'kms'): string => `http://127.0.0.1:${stack.services[name].port}`;
    const credentials = {
      accessKeyId: stack.env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: stack.env['AWS_SECRET_ACCESS_KEY'] ?? '',
    };
    const region = stack.env['AWS_REGION'] ?? '';
    s3 = new S3({ endpoint: endpoint('s3'), forcePathStyle: true, credentials, region });
    kms = new KMS({ endpoint: endpoint('kms'), credentials, region });
  }, 600_000);

  afterAll(async () => {
    await stack.stop();
    await rm(folder, { recursive: true });
  }, 60_000);

  it('tells clients where they are', () => {
    expect(stack.env).toMatchObject({
      SLUICE_TEST_KAFKA: `127.0.0.1:${stack.services.kafka.port}`,
      SLUICE_TEST_S3: `s3://sluice?endpoint=http://127.0.0.1:${stack.services.s3.port}`,
      SLUICE_TEST_KMS: `aws-kms:?endpoint=http://127.0.0.1:${stack.services.kms.port}`,
    });
    expect(stack.env['SLUICE_TEST_POSTGRES']).toMatch(/^postgres:\/\/sluice:\w+@127\.0\.0\.1:\d+\/sluice$/);
  });

  it('keeps its secrets to its owner', async () => {
    expect((await stat(join(folder, 'stack.json'))).mode & 0o777).toBe(0o600);
  });

  it.runIf(process.platform === 'linux')('keeps the keys to their owner', async () => {
    if (stack.way === 'processes')
      expect((await stat(join(folder, 'kms/keys.pickle'))).mode & 0o777).toBe(0o600);
  });

  it('has a key for every purpose', async () => {
    const { Aliases = [] } = await kms.listAliases({ Limit: 1000 });
    const names = Aliases.map((alias) => alias.AliasName);
    expect(names).toEqual(expect.arrayContaining(KEY_PURPOSES.map((purpose) => `alias/sluice-${purpose}`)));
  });

  it('opens a data key made before the key server was killed', async () => {
    const context = { EncryptionContext: { tenant: 'a' } };
    const made = await kms.generateDataKey({ KeyId: 'alias/sluice-archive', KeySpec: 'AES_256', ...context });
    await stack.services.kms.kill();
    expect(stack.services.kms.pid).toBeUndefined();
    await stack.services.kms.start();
    const opened = await kms.decrypt({ CiphertextBlob: made.CiphertextBlob, ...context });
    expect(opened.Plaintext).toEqual(made.Plaintext);
    const elsewhere = { EncryptionContext: { tenant: 'b' } };
    await expect(kms.decrypt({ CiphertextBlob: made.CiphertextBlob, ...elsewhere })).rejects.toMatchObject({
      name: 'InvalidCiphertextException',
    });
  });

  it('verifies a signature made before the key server was killed', async () => {
    const { KeyMetadata } = await kms.createKey({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
    const common = {
      KeyId: KeyMetadata?.KeyId,
      SigningAlgorithm: 'ECDSA_SHA_256',
      Message: randomBytes(32),
    } as const;
    const { Signature } = await kms.sign(common);
    await stack.services.kms.kill();
    await stack.services.kms.start();
    expect((await kms.verify({ ...common, Signature })).SignatureValid).toBe(true);
  });

  it('refuses a disabled key and one pending deletion, also after a restart', async () => {
    const { KeyMetadata } = await kms.createKey({});
    const KeyId = KeyMetadata?.KeyId;
    const { CiphertextBlob } = await kms.generateDataKey({ KeyId, KeySpec: 'AES_256' });
    await kms.disableKey({ KeyId });
    await expect(kms.decrypt({ CiphertextBlob })).rejects.toMatchObject({ name: 'DisabledException' });
    await expect(kms.generateDataKey({ KeyId, KeySpec: 'AES_256' })).rejects.toMatchObject({
      name: 'DisabledException',
    });
    await kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    await stack.services.kms.kill();
    await stack.services.kms.start();
    await expect(kms.decrypt({ CiphertextBlob })).rejects.toMatchObject({ name: 'KMSInvalidStateException' });
  });

  it('keeps objects when the store is killed', async () => {
    const object = { Bucket: 'sluice', Key: `test/${randomBytes(8).toString('hex')}` };
    const Body = randomBytes(100_000);
    await s3.putObject({ ...object, Body, IfNoneMatch: '*' });
    await stack.services.s3.kill();
    await stack.services.s3.start();
    const got = await s3.getObject(object);
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? [])).toEqual(Body);
    await expect(s3.putObject({ ...object, Body, IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
  });

  it('keeps records when the broker is killed', async () => {
    const topic = `test-${randomBytes(8).toString('hex')}`;
    await withKafka(stack, (kafka) => produce(kafka, topic, [{ value: 'before' }]));
    await stack.services.kafka.kill();
    await stack.services.kafka.start();
    await withKafka(stack, (kafka) => produce(kafka, topic, [{ value: 'after' }]));
    expect(await withKafka(stack, (kafka) => consume(kafka, topic, 2))).toEqual(['before', 'after']);
  });

  it('creates no topic that nobody asked for', async () => {
    await withKafka(stack, async (kafka) => {
      const producer = kafka.producer();
      await producer.connect();
      await expect(producer.send({ topic: 'never-created', messages: [{ value: 'x' }] })).rejects.toThrow();
      await producer.disconnect();
    });
  });

  it('keeps committed rows when the database is killed', async () => {
    const table = `t${randomBytes(8).toString('hex')}`;
    await query(stack, `create table ${table} as select 7 as n`);
    await stack.services.postgres.kill();
    await stack.services.postgres.start();
    expect(await query(stack, `select n from ${table}`)).toEqual([{ n: 7 }]);
  });
});

async function withKafka<T>(stack: Stack, work: (kafka: Kafka) => Promise<T>): Promise<T> {
  return work(
    new Kafka({ brokers: [stack.services.kafka.url], logLevel: logLevel.NOTHING, retry: { retries: 2 } }),
  );
}

async function produce(kafka: Kafka, topic: string, messages: Message[]): Promise<void> {
  const admin = kafka.admin();
  const producer = kafka.producer();
  await Promise.all([admin.connect(), producer.connect()]);
  try {
    await admin.createTopics({ topics: [{ topic }], waitForLeaders: true });
    await producer.send({ topic, messages, acks: -1 });
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  }
}

async function consume(kafka: Kafka, topic: string, count: number): Promise<string[]> {
  const consumer = kafka.consumer({ groupId: topic });
  const values: string[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  try {
    await new Promise<void>((resolve, reject) => {
      const eachMessage = async ({ message }: { message: { value: Buffer | null } }): Promise<void> => {
        values.push(String(message.value));
        if (values.length === count) resolve();
      };
      consumer.run({ eachMessage }).catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
  return values;
}

async function query(stack: Stack, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: stack.services.postgres.url });
  await client.connect();
  try {
    return (await client.query(text)).rows as unknown[];
  } finally {
    await client.end();
  }
}
