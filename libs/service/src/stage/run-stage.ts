import type { Bus, ConsumeOptions, Consumption, RecordOutcome } from '@sluice/bus';
import { type SluiceEvent, topicOf } from '@sluice/contracts';
import type { Host } from '../host.js';
import { underTrace } from '../traces/current.js';
import { announced } from './announce.js';
import type { Stage } from './define-stage.js';
import { RecordAges } from './record-ages.js';

/** A stage on its corridor. */
export interface StageOptions extends Pick<ConsumeOptions, 'concurrency' | 'journal' | 'backoffMs'> {
  /** The view of the stage's own room. */
  readonly host: Host;
  readonly bus: Bus;
  readonly stage: Stage;
}

/** Joins the stage's group: logs, counts and traces every record, reports readiness and lag, drains at shutdown. */
export async function runStage({ host, bus, stage, ...limits }: StageOptions): Promise<Consumption> {
  const { journal } = limits;
  // A process that ends by its own decision did not die of what it had in hand.
  if (journal) host.onLeave(() => journal.close());
  const ages = new RecordAges();
  const consumption = await bus.consume({
    ...limits,
    group: stage.name,
    topics: stage.topics,
    handler: (event) => aged(ages, event, () => handleTraced(host, stage, event)),
    onOutcome: outcomeWriter(host),
    onFatal: (error) => host.fatal(error),
  });
  host.health.add(`${stage.name}.consumption`, () => consumption.ready());
  host.onDrain(() => consumption.drain());
  watchLag({ host, bus, stage, ages });
  host.log.info('listening', { group: stage.name, topics: stage.topics });
  return consumption;
}

async function aged<T>(ages: RecordAges, event: SluiceEvent, work: () => Promise<T>): Promise<T> {
  ages.begin(topicOf(event), event.id, event.time ? Date.parse(event.time) : Date.now());
  try {
    const next = await work();
    ages.done(event.id);
    return next;
  } catch (thrown) {
    ages.failed(event.id);
    throw thrown;
  }
}

function handleTraced(host: Host, stage: Stage, event: SluiceEvent): Promise<readonly SluiceEvent[]> {
  const attributes = { eventType: event.type, eventId: event.id };
  return host.traces.span(
    { name: `handle ${event.type}`, kind: 'consumer', parent: event.traceparent, attributes },
    async () => announced(host, await stage.handle(event)),
  );
}

function outcomeWriter(host: Host): (outcome: RecordOutcome) => void {
  const total = host.metrics.counter('records_total');
  const durations = host.metrics.durations('record_duration_seconds');
  return ({ result, topic, code, eventId, traceparent, durationMs }) => {
    total.add({ topic, result, code });
    durations.observeMs(durationMs, { topic, result });
    const fields = { result, topic, code, eventId, durationMs };
    const write = () => {
      if (result === 'done') host.log.debug('record done', fields);
      else host.log.warn('record not done', fields);
    };
    if (traceparent) underTrace(traceparent, write);
    else write();
  };
}

function watchLag({ host, bus, stage, ages }: StageOptions & { ages: RecordAges }): void {
  const behind = host.metrics.gauge('consumer_lag_records');
  const age = host.metrics.gauge('consumer_lag_seconds');
  host.metrics.beforeScrape(async () => {
    for (const [topic, records] of Object.entries(await bus.lag(stage.name))) {
      behind.set(records, { topic });
      age.set(ages.oldestMs(topic, records) / 1000, { topic });
    }
  });
}
