import {
  type EventData,
  type EventType,
  SluiceError,
  type SluiceEvent,
  type Topic,
  TOPICS,
} from '@sluice/contracts';

/** An event that a handler returns: the stage fills in what is missing (its own name, the time, the trace). */
export type NextEvent<T extends EventType = EventType> = {
  [K in T]: Pick<SluiceEvent<K>, 'type' | 'id' | 'data'> &
    Partial<Pick<SluiceEvent<K>, 'source' | 'time' | 'traceparent'>>;
}[T];

/** Handles one event: returns the next ones, or throws (law 7). May run twice for one event (law 5). */
export type StageHandler<C extends EventType, P extends EventType> = (
  data: EventData<C>,
  event: SluiceEvent<C>,
) => Promise<readonly NextEvent<P>[]>;

/** The table of contents of a service: what it hears, what it says. */
export interface StageDefinition<C extends EventType, P extends EventType> {
  /** The room: also the consumer group. */
  readonly name: string;
  readonly consumes: { readonly [T in C]: StageHandler<T, P> };
  readonly produces: readonly P[];
}

/** A stage that agrees with the topics table. */
export interface Stage {
  readonly name: string;
  readonly topics: readonly string[];
  readonly produces: readonly EventType[];
  handle(event: SluiceEvent): Promise<readonly NextEvent[]>;
}

/**
 * Checks a stage against the topics table of contracts: it must hear every topic whose `to` names it, nothing else,
 * and say every topic whose `from` names it.
 * @throws SluiceError SERVICE_STAGE_INCOMPLETE (fatal) with the types that differ
 */
export function defineStage<C extends EventType, P extends EventType>(
  definition: StageDefinition<C, P>,
): Stage {
  const { name, consumes, produces } = definition;
  const rows: readonly Topic[] = TOPICS;
  const heard = rows.filter((row) => row.to.includes(name));
  const unheard = difference(
    heard.map((row) => row.type),
    Object.keys(consumes),
  );
  const unasked = difference(
    Object.keys(consumes),
    heard.map((row) => row.type),
  );
  const unsaid = difference(
    rows.filter((row) => row.from === name).map((row) => row.type),
    produces,
  );
  if (unheard.length + unasked.length + unsaid.length > 0) throw incomplete({ unheard, unasked, unsaid });
  const handlers = consumes as unknown as Readonly<Record<string, StageHandler<EventType, EventType>>>;
  return {
    name,
    topics: heard.map((row) => row.name),
    produces,
    handle: (event) => handle(Object.hasOwn(handlers, event.type) ? handlers[event.type] : undefined, event),
  };
}

async function handle(
  handler: StageHandler<EventType, EventType> | undefined,
  event: SluiceEvent,
): Promise<readonly NextEvent[]> {
  if (!handler)
    throw new SluiceError('BUS_EVENT_INVALID', { detail: `${event.type} does not belong on this topic` });
  return handler(event.data, event);
}

const difference = (left: readonly string[], right: readonly string[]): string[] =>
  left.filter((item) => !right.includes(item));

function incomplete(differences: Readonly<Record<string, readonly string[]>>): SluiceError {
  const named = Object.entries(differences).filter(([, types]) => types.length > 0);
  return new SluiceError('SERVICE_STAGE_INCOMPLETE', {
    detail: named.map(([what, types]) => `${what}: ${types.join(', ')}`).join('; '),
  });
}
