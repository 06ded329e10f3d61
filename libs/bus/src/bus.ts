import type { SluiceEvent } from '@sluice/contracts';
import type { TopicInspection } from './log-wire.js';

/** The corridor as a room sees it. Open one with `openBus(url, options)`. */
export interface Bus {
  /**
   * Resolves when every event is durable (Kafka: acks from all in-sync replicas; embedded: fsynced), in the order given per key.
   * Concurrent calls are micro-batched.
   * @throws SluiceError BUS_UNAVAILABLE (transient), BUS_EVENT_INVALID (permanent)
   */
  publish(events: readonly SluiceEvent[]): Promise<void>;
  /** Starts one consumer group member. Resolves once it has joined. */
  consume(options: ConsumeOptions): Promise<Consumption>;
  /** Creates what is missing of the corridor's topics (and the groups' retry and dead-letter topics) or checks the topic contract. */
  ensureTopics(options: { groups: readonly string[]; tenants: readonly string[] }): Promise<void>;
  /** Compares the topics with the contract, and creates nothing. @throws SluiceError BUS_UNAVAILABLE, BUS_ACCESS_REFUSED */
  inspectTopics(options: { groups: readonly string[]; tenants: readonly string[] }): Promise<TopicInspection>;
  /** Records behind, by topic, for one group. */
  lag(group: string): Promise<Readonly<Record<string, number>>>;
  readonly deadLetters: DeadLetters;
  /** Throws BUS_UNAVAILABLE when the corridor does not answer. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

/** Returns the next events, which are published before the record is committed; or throws (law 7). May run twice for one event. */
export type Handler = (event: SluiceEvent) => Promise<readonly SluiceEvent[]>;

export interface ConsumeOptions {
  readonly group: string;
  readonly topics: readonly string[];
  readonly handler: Handler;
  /** Events worked at once in this process; order is kept per key. Default 4. */
  readonly concurrency?: number;
  /** Law 9: notes records before they are worked, so that one that kills the process is found. */
  readonly journal?: InHandJournal;
  /** Called once when this member can never go on (the process must end). */
  readonly onFatal?: (error: Error) => void;
  /** Called for each record that left the member's hands, for logs and metrics. Nothing identifying in it. */
  readonly onOutcome?: (outcome: RecordOutcome) => void;
  /** First pause after a transient error, in ms (doubles up to 30 s). Default 250. */
  readonly backoffMs?: number;
}

export interface RecordOutcome {
  readonly result: 'done' | 'retried' | 'dead-lettered' | 'paused';
  readonly topic: string;
  readonly code?: string;
  readonly eventId?: string;
  readonly traceparent?: string;
  readonly durationMs: number;
}

/** One running group member. */
export interface Consumption {
  /** True while joined, not crashed and not stuck. */
  ready(): boolean;
  /** Takes no more records, finishes those in hand, commits, leaves the group. */
  drain(): Promise<void>;
}

/** On which terms records are taken in hand. */
export interface TakeTerms {
  readonly mostDeaths?: number;
  /** Nothing else is at work in this process: who is not alone at a death can be suspected, but not found guilty. */
  readonly alone?: boolean;
}

/** Kept in the room's own database; see `openInHandJournal` in this library. */
export interface InHandJournal {
  /**
   * Notes records in one write; returns how many times each was in hand when an owner died. Where one has more deaths than
   * `mostDeaths`, none is noted.
   */
  take(records: readonly string[], terms?: TakeTerms): Promise<ReadonlyMap<string, number>>;
  /** The records are done: no longer in hand, and their deaths are forgotten. */
  settle(records: readonly string[]): Promise<void>;
  /** Puts records down unworked: no longer in hand, but their deaths still count. */
  release(records: readonly string[]): Promise<void>;
  /** Renews this owner's lease. */
  beat(): Promise<void>;
  close(): Promise<void>;
}

/** A dead letter: reference, origin and code; the event itself, when it could be read. */
export interface DeadLetter {
  readonly id: string;
  readonly group: string;
  readonly topic: string;
  readonly code: string;
  readonly at: string;
  readonly attempts: number;
  readonly event?: SluiceEvent;
}

export interface DeadLetters {
  list(group: string): Promise<readonly DeadLetter[]>;
  /** Puts the event back on its group's retry topic and marks the letter as settled. */
  retry(group: string, id: string): Promise<void>;
  discard(group: string, id: string): Promise<void>;
}
