import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { asset } from '../assets.js';
import { cached, type Download } from '../cache/cache.js';
import { runCommand } from '../cache/run-command.js';
import { type Place, type Recipe } from './recipe.js';
import type { Say } from '../stack.types.js';
import { freePort } from './ports.js';

const VERSION = '4.3.1';
const NEEDS =
  'Kafka needs Java 17 and Maven: install them (Debian: apt-get install openjdk-17-jre-headless maven), or start a Docker engine.';

const JARS: Download = {
  name: `kafka-${VERSION}`,
  from: 'Maven Central (54 MB)',
  async fetch(folder) {
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${join(folder, 'lib')}`];
    await runCommand(['mvn', '-B', '-q', '-f', asset('kafka/pom.xml'), ...goal], NEEDS);
  },
};

/** Kafka's jars as Java's class path, fetched when they are not in the cache. */
export async function kafkaClassPath(say: Say): Promise<string> {
  return join(await cached(JARS, say), 'lib', '*');
}

/** Apache Kafka in KRaft mode: one node, broker and controller. */
export const kafkaRecipe: Recipe = {
  stopSignal: 'SIGTERM',
  async prepare(place, say) {
    const classPath = await kafkaClassPath(say);
    const settings = join(place.folder, 'server.properties');
    place.record.ports.controller = await freePort(place.record.ports.controller);
    await writeFile(settings, serverProperties(place, place.record.ports.controller));
    await format(place.folder, classPath, settings);
    return { file: 'java', args: [...jvmOptions(place.folder), '-cp', classPath, 'kafka.Kafka', settings] };
  },
};

async function format(folder: string, classPath: string, settings: string): Promise<void> {
  if (existsSync(join(folder, 'data', 'meta.properties'))) return;
  await mkdir(join(folder, 'data'), { recursive: true });
  const clusterId = randomBytes(16).toString('base64url');
  const tool = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', settings];
  await runCommand(['java', ...jvmOptions(folder), '-cp', classPath, ...tool], NEEDS);
}

function jvmOptions(folder: string): string[] {
  return [
    '-Xms256m',
    '-Xmx512m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    `-XX:ErrorFile=${join(folder, 'jvm-error-%p.log')}`,
    `-Dlog4j2.configurationFile=${asset('kafka/log4j2.properties')}`,
    `-Dkafka.logs.dir=${folder}`,
  ];
}

function serverProperties({ folder, port }: Place, controllerPort: number): string {
  return propertiesOf({
    ...oneBroker(folder, controllerPort),
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    // With the default 9 s a broker killed with SIGKILL needs 12 s to come back.
    'broker.session.timeout.ms': 3000,
    'broker.heartbeat.interval.ms': 500,
  });
}

type Settings = Readonly<Record<string, string | number | boolean>>;

/** Settings of a broker that is the only one, whatever its listeners. */
export function oneBroker(folder: string, controllerPort: number): Settings {
  return {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': join(folder, 'data'),
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 8,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    // The cleaner takes this from the heap at start; the default is 128 MiB.
    'log.cleaner.dedupe.buffer.size': 12 * 1024 * 1024,
  };
}

/** As Kafka's properties file has them. */
export function propertiesOf(settings: Settings): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}
