import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kafkaClassPath, oneBroker, propertiesOf, runCommand, type Say } from '@sluice/stack';
import kafkajs from 'kafkajs';
import { freePort } from '../../installation/free-port.ts';
import type { Manifest } from './chart.ts';
import { ServerProcess } from './server-process.ts';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, Kafka, logLevel, ResourcePatternTypes } =
  kafkajs;
const NEEDS = 'Kafka needs Java 17: install it (Debian: apt-get install openjdk-17-jre-headless).';
/** Everybody's: a test's. */
export const PASSWORD = 'test-password';

/** A broker that refuses whatever no rule allows; users come in by SCRAM, its owner by a door of their own. */
export interface GuardedKafka {
  readonly broker: string;
  /** Does what Strimzi's operator would: makes the topics and the users' rules. */
  apply(manifests: readonly Manifest[]): Promise<void>;
  /** Puts a record that says nothing on each of these topics, as the owner. */
  touch(topics: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

/** A free port for a broker that is started later, when its users are known. */
export const brokerPort = freePort;

export async function startGuardedKafka(
  place: { folder: string; port: number; users: readonly string[] },
  say: Say,
): Promise<GuardedKafka> {
  const { folder, port, users } = place;
  const [ownerPort, controllerPort] = [await freePort(), await freePort()];
  const classPath = await kafkaClassPath(say);
  const settings = join(folder, 'server.properties');
  await mkdir(join(folder, 'data'), { recursive: true });
  await writeFile(settings, properties({ folder, port, ownerPort, controllerPort }));
  await format({ classPath, settings }, users);
  const process = new ServerProcess({
    program: 'java',
    args: [
      '-Xmx512m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-cp',
      classPath,
      'kafka.Kafka',
      settings,
    ],
    logFile: join(folder, 'kafka.log'),
  });
  const owner = new Kafka({ brokers: [`127.0.0.1:${ownerPort}`], logLevel: logLevel.NOTHING });
  const admin = owner.admin();
  try {
    await process.ready(async () => {
      await admin.connect();
      return (await admin.describeCluster()).brokers.length === 1;
    });
  } catch (error) {
    await process.kill();
    throw error;
  }
  return {
    broker: `127.0.0.1:${port}`,
    apply: async (manifests) => {
      await admin.createTopics({ waitForLeaders: true, topics: topicsOf(manifests) });
      await admin.createAcls({ acl: rulesOf(manifests) });
    },
    touch: async (topics) => {
      const producer = owner.producer();
      await producer.connect();
      for (const topic of topics) await producer.send({ topic, messages: [{ key: 'k', value: null }] });
      await producer.disconnect();
    },
    stop: async () => {
      await admin.disconnect();
      await process.kill();
    },
  };
}

/** Users must be known before the first start. */
async function format(
  { classPath, settings }: { classPath: string; settings: string },
  users: readonly string[],
): Promise<void> {
  const scram = users.flatMap((name) => ['--add-scram', `SCRAM-SHA-512=[name=${name},password=${PASSWORD}]`]);
  const words = ['format', '-t', randomBytes(16).toString('base64url'), '-c', settings, ...scram];
  await runCommand(['java', '-cp', classPath, 'kafka.tools.StorageTool', ...words], NEEDS);
}

function topicsOf(manifests: readonly Manifest[]): kafkajs.ITopicConfig[] {
  return manifests
    .filter(({ kind }) => kind === 'KafkaTopic')
    .map(({ spec }) => ({
      topic: spec.topicName,
      numPartitions: spec.partitions,
      replicationFactor: spec.replicas,
      configEntries: Object.entries(spec.config as Record<string, string>).map(([name, value]) => ({
        name,
        value,
      })),
    }));
}

interface Rule {
  readonly resource: { readonly type: string; readonly name: string; readonly patternType: string };
  readonly operations: readonly string[];
}

/** `DescribeConfigs` is DESCRIBE_CONFIGS, `prefix` is what the protocol calls PREFIXED. */
function rulesOf(manifests: readonly Manifest[]): kafkajs.AclEntry[] {
  const operation = (name: string) =>
    AclOperationTypes[name.replace(/(?<=[a-z])[A-Z]/, '_$&').toUpperCase() as 'READ'];
  return manifests
    .filter(({ kind }) => kind === 'KafkaUser')
    .flatMap(({ metadata, spec }) =>
      (spec.authorization.acls as Rule[]).flatMap(({ resource, operations }) =>
        operations.map((name) => ({
          principal: `User:${metadata.name}`,
          host: '*',
          permissionType: AclPermissionTypes.ALLOW,
          operation: operation(name),
          resourceType: AclResourceTypes[resource.type.toUpperCase() as 'TOPIC'],
          resourceName: resource.name,
          resourcePatternType:
            resource.patternType === 'prefix' ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
        })),
      ),
    );
}

function properties(place: {
  folder: string;
  port: number;
  ownerPort: number;
  controllerPort: number;
}): string {
  const { folder, port, ownerPort, controllerPort } = place;
  const listeners = [
    `USERS://127.0.0.1:${port}`,
    `OWNER://127.0.0.1:${ownerPort}`,
    `CONTROLLER://127.0.0.1:${controllerPort}`,
  ];
  return propertiesOf({
    ...oneBroker(folder, controllerPort),
    listeners: listeners.join(','),
    'advertised.listeners': listeners.slice(0, 2).join(','),
    'listener.security.protocol.map': 'USERS:SASL_PLAINTEXT,OWNER:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'OWNER',
    'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'listener.name.users.scram-sha-512.sasl.jaas.config':
      'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS',
  });
}
