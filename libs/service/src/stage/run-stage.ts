import type { Bus, ConsumeOptions, Consumption, RecordOutcome } from '@sluice/bus';
import type { SluiceEvent } from '@sluice/contracts';
import type { Host } from '../host.js';
import { announced } from './announce.js';
import type { Stage } from './define-stage.js';

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
  const consumption = await bus.consume({
    ...limits,
    group: stage.name,
    topics: stage.topics,
    handler: (event) => handleTraced(host, stage, event),
    onOutcome: outcomeWriter(host),
    onFatal: (error) => host.fatal(error),
  });
  host.health.add(`${stage.name}.consumption`, () => consumption.ready());
  host.onDrain(() => consumption.drain());
  watchLag(host, bus, stage);
  host.log.info('listening', { group: stage.name, topics: stage.topics });
  return consumption;
}

function handleTraced(host: Host, stage: Stage, event: SluiceEvent): Promise<readonly SluiceEvent[]> {
  const attributes = { eventType: event.type, eventId: event.id };
  return host.traces.span(
    { name: `handle ${event.type}`, kind: 'consumer', parent: event.traceparent, attributes },
    async () => announced(host, await stage.handle(event)),
  );
}

function outcomeWriter(host: Host): (outcome: RecordOutcome) => void {
  const total = host.metrics.counter({
    name: 'records_total',
    help: "Records that left this room's hands.",
    labels: ['topic', 'result', 'code'],
  });
  const durations = host.metrics.durations({
    name: 'record_duration_seconds',
    help: 'Time that a record was in hand.',
    labels: ['topic', 'result'],
  });
  return ({ result, topic, code, eventId, durationMs }) => {
    total.add({ topic, result, code });
    durations.observeMs(durationMs, { topic, result });
    const fields = { result, topic, code, eventId, durationMs };
    if (result === 'done') host.log.debug('record done', fields);
    else host.log.warn('record not done', fields);
  };
}

function watchLag(host: Host, bus: Bus, stage: Stage): void {
  const gauge = host.metrics.gauge({
    name: 'consumer_lag_records',
    help: 'Records behind, by topic.',
    labels: ['topic'],
  });
  host.metrics.beforeScrape(async () => {
    for (const [topic, records] of Object.entries(await bus.lag(stage.name))) gauge.set(records, { topic });
  });
}
