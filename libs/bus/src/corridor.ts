import {
  ANALYTICS_TYPES,
  deadLetterTopic,
  deidTopic,
  retryTopic,
  TOPICS,
  type SluiceEvent,
} from '@sluice/contracts';
import type { Bus, ConsumeOptions, Consumption } from './bus.js';
import { Crew } from './consuming/crew.js';
import { workBatch } from './consuming/work-batch.js';
import { recordOf } from './event-records.js';
import { deadLettersOn } from './letters/dead-letters.js';
import type { LogWire, TopicPlan } from './log-wire.js';

/** The corridor over either side's raw log. */
export function corridorOn(wire: LogWire): Bus {
  return {
    publish: async (events: readonly SluiceEvent[]) => {
      if (events.length > 0) await wire.append(events.map(recordOf));
    },
    consume: (options) => consumeFrom(wire, options),
    ensureTopics: (options) => wire.ensureTopics(topicPlans(options)),
    inspectTopics: (options) => wire.inspect(topicPlans(options)),
    lag: (group) => wire.lag(group, topicsOf(group)),
    deadLetters: deadLettersOn(wire),
    probe: () => wire.probe(),
    close: () => wire.close(),
  };
}

async function consumeFrom(wire: LogWire, options: ConsumeOptions): Promise<Consumption> {
  const crew = new Crew(options, (records) => wire.append(records));
  const membership = await wire.join({
    group: options.group,
    topics: [...options.topics, retryTopic(options.group)],
    work: (batch) => workBatch(crew, batch),
    onLost: (error) => crew.fail(error),
  });
  const leave = once(() => membership.leave());
  crew.stopped.addEventListener('abort', () => void leave().catch(() => undefined), { once: true });
  if (crew.stopped.aborted) await leave();
  return {
    ready: () => !crew.failed && !crew.stopped.aborted && membership.joined(),
    drain: async () => {
      crew.stop();
      await leave();
    },
  };
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= work());
}

function topicsOf(group: string): string[] {
  const heard = TOPICS.filter((topic) => (topic.to as readonly string[]).includes(group));
  return [...heard.map((topic) => topic.name), retryTopic(group)];
}

/** The topics that a room with these groups and tenants must find. */
export function topicPlans(options: { groups: readonly string[]; tenants: readonly string[] }): TopicPlan[] {
  return [
    ...TOPICS.map(({ name }) => ({ name, kind: 'corridor' as const })),
    ...options.tenants.flatMap((tenant) =>
      ANALYTICS_TYPES.map((type) => ({ name: deidTopic(tenant, type), kind: 'analytics' as const })),
    ),
    ...options.groups.map((group) => ({ name: retryTopic(group), kind: 'retry' as const })),
    ...options.groups.map((group) => ({ name: deadLetterTopic(group), kind: 'dead' as const })),
  ];
}
