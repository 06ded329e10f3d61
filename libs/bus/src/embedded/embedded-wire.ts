import { SluiceError } from '@sluice/contracts';
import type { EmbeddedAddress } from '../bus-url.js';
import { rest } from '../consuming/back-off.js';
import type { JoinOptions, LogRecord, LogWire, Membership } from '../log-wire.js';
import { lockGroup } from './group-lock.js';
import { LogFile } from './log-file.js';

/** Records handed over together. */
const BATCH = 128;
const WAIT_FOR_GROUP_MS = 5_000;
const WAIT_AFTER_FAULT_MS = 1_000;

/** The corridor in one folder, for one machine: the same promises as Kafka's, one partition per topic. */
export function openEmbeddedWire(address: EmbeddedAddress): LogWire {
  const log = LogFile.open(address.folder);
  const members = new Set<Membership>();
  let closed = false;
  const open = (): LogFile => {
    if (closed) throw new SluiceError('BUS_UNAVAILABLE', { detail: 'the corridor is closed' });
    return log;
  };
  return {
    append: async (records) => open().append(records),
    join: async (options) => {
      const member = await join(open(), options);
      members.add(member);
      return member;
    },
    scan: async (topic, visit) => scan(open(), topic, visit),
    ensureTopics: async () => void open(),
    // A topic is there from its first record on.
    inspect: async (plans) => {
      open().probe();
      return { topics: plans.length, missing: [], broken: [] };
    },
    lag: async (group, topics) => {
      const names = new Set([...topics, ...open().topicsOf(group)]);
      return Object.fromEntries([...names].map((topic) => [topic, log.lag(group, topic)]));
    },
    probe: async () => open().probe(),
    close: async () => {
      if (closed) return;
      await Promise.all([...members].map((member) => member.leave()));
      closed = true;
      await log.close();
    },
  };
}

async function join(log: LogFile, options: JoinOptions): Promise<Membership> {
  const lock = await lockGroup(log.folder, options.group, WAIT_FOR_GROUP_MS);
  const stop = new AbortController();
  let running = true;
  const loops = Promise.all(
    [...new Set(options.topics)].map((topic) => follow(log, { ...options, topic, stop: stop.signal })),
  ).then(
    () => undefined,
    (cause: unknown) => {
      running = false;
      stop.abort();
      options.onLost(
        new SluiceError('BUS_CONSUMER_LOST', { detail: 'the embedded corridor cannot be read', cause }),
      );
    },
  );
  return {
    joined: () => running && !stop.signal.aborted,
    leave: async () => {
      stop.abort();
      await loops;
      lock.release();
    },
  };
}

async function follow(
  log: LogFile,
  options: JoinOptions & { topic: string; stop: AbortSignal },
): Promise<void> {
  const { group, topic, stop } = options;
  for (let next = log.next(group, topic); !stop.aborted; next = log.next(group, topic)) {
    const records = log.read(topic, next, BATCH);
    if (records.length === 0) {
      await log.changed(stop);
      continue;
    }
    const commit = (offset: bigint) => log.commit(group, topic, offset);
    // A commit that failed (a full disk) means that these records come again.
    await options
      .work({ topic, partition: 0, records, commit, lost: stop })
      .catch(() => rest(WAIT_AFTER_FAULT_MS, stop));
  }
}

async function scan(log: LogFile, topic: string, visit: (record: LogRecord) => void): Promise<void> {
  for (let from = 0n, more = true; more;) {
    const records = log.read(topic, from, 1_000);
    for (const record of records) visit(record);
    more = records.length === 1_000;
    from = (records.at(-1)?.offset ?? 0n) + 1n;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
