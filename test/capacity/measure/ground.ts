import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bus, openBus } from '@sluice/bus';
import { type Stack, startStack } from '@sluice/stack';
import pg from 'pg';
import { type Installation, realDoors, startInstallation } from '../../installation/installation.ts';
import { STAGES, type StageName } from '../measured.ts';
import { busySeconds, familyCpuSeconds } from './cpu-of.ts';

/** A stopped process stays a member of its group for so long: none is measured while partitions move. */
const SESSION_MS = 300_000;

/** Processor seconds so far. */
export interface CpuSeconds {
  readonly own: Readonly<Record<StageName, number>>;
  readonly servers: number;
  /** This process: it sends. */
  readonly sender: number;
  /** Whatever else ran on this machine. */
  readonly others: number;
}

/** Four services as processes on real Kafka, S3, key server and PostgreSQL, each of which can be held and let go. */
export interface Ground {
  readonly installation: Installation;
  readonly stack: Stack;
  readonly bus: Bus;
  readonly database: pg.Client;
  /** Where the broker keeps its logs, and what the names of our topics begin with. */
  readonly kafkaData: string;
  readonly topicPrefix: string;
  hold(names: readonly StageName[]): void;
  letGo(names: readonly StageName[]): void;
  /** Records that wait for a group. */
  lag(name: StageName): Promise<number>;
  /** Instances archived raw and clean, so far. */
  settled(): Promise<number>;
  cpu(): CpuSeconds;
  stop(): Promise<void>;
}

export async function openGround(folder: string, say: (line: string) => void): Promise<Ground> {
  // PostgreSQL's own user passes through to its folder.
  await chmod(folder, 0o711);
  const stack = await startStack({ folder: join(folder, 'stack'), way: 'processes', say });
  const ends: (() => Promise<unknown>)[] = [() => stack.stop()];
  const stop = async (): Promise<void> => {
    for (const end of ends.reverse()) await end();
  };
  try {
    Object.assign(process.env, stack.env);
    const own = await realDoors(stack.env);
    const doors = { ...own, BUS_URL: `${own['BUS_URL']}&sessionTimeoutMs=${SESSION_MS}` };
    const installation = await startInstallation({ doors, settings: { LOG_LEVEL: 'warn' } });
    ends.push(() => installation.stop());
    const bus = await openBus(doors.BUS_URL, { clientId: 'capacity' });
    ends.push(() => bus.close());
    const database = new pg.Client({ connectionString: own['DATABASE_URL'] });
    await database.connect();
    ends.push(() => database.end());
    const parts = { installation, stack, bus, database };
    const kafkaData = join(folder, 'stack/kafka/data');
    const topicPrefix = new URL(doors.BUS_URL).searchParams.get('topicPrefix') ?? '';
    return { ...parts, kafkaData, topicPrefix, stop, ...handles(parts) };
  } catch (error) {
    await stop();
    throw error;
  }
}

function handles({
  installation,
  stack,
  bus,
  database,
}: Pick<Ground, 'installation' | 'stack' | 'bus' | 'database'>) {
  const { services } = installation;
  const signal = (names: readonly StageName[], name: 'SIGSTOP' | 'SIGCONT') =>
    names.forEach((each) => process.kill(services[each].pid, name));
  return {
    hold: (names: readonly StageName[]) => signal(names, 'SIGSTOP'),
    letGo: (names: readonly StageName[]) => signal(names, 'SIGCONT'),
    lag: async (name: StageName) => sum(Object.values(await bus.lag(name))),
    settled: async () => {
      const query = 'select count(*)::int as n from archival_received where settled_at is not null';
      return ((await database.query(query)).rows[0] as { n: number }).n;
    },
    cpu: (): CpuSeconds => {
      const { user, system } = process.cpuUsage();
      const own = Object.fromEntries(STAGES.map((name) => [name, familyCpuSeconds(services[name].pid)]));
      const servers = sum(Object.values(stack.services).map(({ pid }) => (pid ? familyCpuSeconds(pid) : 0)));
      const sender = (user + system) / 1e6;
      const others = busySeconds() - sum(Object.values(own)) - servers - sender;
      return { own: own as Record<StageName, number>, servers, sender, others };
    },
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);
