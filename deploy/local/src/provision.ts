import {
  CreateAliasCommand,
  CreateKeyCommand,
  type KMSClient,
  ListAliasesCommand,
} from '@aws-sdk/client-kms';
import { BucketAlreadyOwnedByYou, CreateBucketCommand } from '@aws-sdk/client-s3';
import { isSigning, KEY_PURPOSES, type KeyPurpose } from '@sluice/contracts';
import pg from 'pg';
import { kmsClient, s3Client, urlOf } from './probes.js';
import type { StackRecord } from './record.js';
import type { ServiceName } from './names.js';

/** Creates what the services expect to find in a new server. Finds it done on later starts. */
export async function provision(name: ServiceName, port: number, record: StackRecord): Promise<void> {
  if (name === 's3') return createBucket(port, record);
  if (name === 'kms') return createKeys(port, record);
  if (name === 'postgres') return createDatabase(port, record);
}

async function createBucket(port: number, record: StackRecord): Promise<void> {
  const client = s3Client(port, record);
  try {
    await client.send(new CreateBucketCommand({ Bucket: 'sluice' }));
  } catch (error) {
    if (!(error instanceof BucketAlreadyOwnedByYou)) throw error;
  } finally {
    client.destroy();
  }
}

async function createKeys(port: number, record: StackRecord): Promise<void> {
  const client = kmsClient(port, record);
  try {
    const { Aliases = [] } = await client.send(new ListAliasesCommand({ Limit: 1000 }));
    const present = new Set(Aliases.map((alias) => alias.AliasName));
    const wanted = KEY_PURPOSES.filter((purpose) => !present.has(aliasOf(purpose)));
    await Promise.all(wanted.map((purpose) => createKey(client, purpose)));
  } finally {
    client.destroy();
  }
}

const aliasOf = (purpose: KeyPurpose): string => `alias/sluice-${purpose}`;

async function createKey(client: KMSClient, purpose: KeyPurpose): Promise<void> {
  const alias = aliasOf(purpose);
  const kind = isSigning(purpose) ? ({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' } as const) : {};
  const { KeyMetadata } = await client.send(new CreateKeyCommand({ Description: alias, ...kind }));
  await client.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: KeyMetadata?.KeyId }));
}

async function createDatabase(port: number, record: StackRecord): Promise<void> {
  const connectionString = urlOf('postgres', port, record).replace(/sluice$/, 'postgres');
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rowCount } = await client.query("select 1 from pg_database where datname = 'sluice'");
    if (rowCount === 0) await client.query('create database sluice');
  } finally {
    await client.end();
  }
}
