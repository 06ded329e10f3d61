import { createHash } from 'node:crypto';
import { SluiceError, type ErrorCode, type SluiceEvent } from '@sluice/contracts';
import { sampleReceived } from '@sluice/contracts/testing';
import type { Bus, ConsumeOptions, Consumption } from '../bus.js';
import type { OutgoingRecord } from '../log-wire.js';
import { openBus, openWire } from '../open-bus.js';

/** One fresh corridor for one test: any process may open it by its URL. */
export interface BusWorld {
  readonly url: string;
  /** Ends the servers, folders or topics behind it. */
  close(): Promise<void>;
}

export const TOPIC = 'instance.received';
export const GROUP = 'encryption';

/** One event with a content of its own; those with the same `key` must stay in order. */
export function received(id: string, key = 1): SluiceEvent<'instance.received.v1'> {
  const contentKey = createHash('sha256').update(id).digest('hex');
  return {
    id,
    type: 'instance.received.v1',
    source: 'intake',
    data: { ...sampleReceived(key), contentKey },
  };
}

/** Events `<name>-0` ... under `keys` keys in turn. */
export function receivedMany(count: number, options: { name?: string; keys?: number } = {}): SluiceEvent[] {
  const { name = 'event', keys = 1 } = options;
  return Array.from({ length: count }, (_, index) => received(`${name}-${index}`, index % keys));
}

/** Waits for a condition; says what was missing when it does not come. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs = 15_000,
): Promise<void> {
  for (const end = Date.now() + limitMs; !(await condition()); await pause(10)) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** An error of the house, as a room would throw it. */
export const fault = (code: ErrorCode): SluiceError => new SluiceError(code, { detail: 'made by a test' });

/** A room on a world's corridor; `end` closes whatever it opened. */
export class Room {
  readonly #ends: (() => Promise<unknown>)[] = [];

  constructor(readonly world: BusWorld) {}

  async open(): Promise<Bus> {
    const bus = await openBus(this.world.url);
    this.#ends.push(() => bus.close());
    return bus;
  }

  /** Opens the corridor with its topics made. */
  async openReady(): Promise<Bus> {
    const bus = await this.open();
    await bus.ensureTopics({ groups: [GROUP], tenants: ['t1'] });
    return bus;
  }

  /** Consumes the topic in the group, with short pauses. */
  async consume(
    bus: Bus,
    options: Partial<ConsumeOptions> & Pick<ConsumeOptions, 'handler'>,
  ): Promise<Consumption> {
    const consumption = await bus.consume({ group: GROUP, topics: [TOPIC], backoffMs: 20, ...options });
    this.#ends.push(() => consumption.drain());
    return consumption;
  }

  /** Puts a record on a topic as no sender of ours would. */
  async inject(record: Partial<OutgoingRecord>): Promise<void> {
    const wire = await openWire(this.world.url);
    await wire.append([{ topic: TOPIC, key: 'injected', value: null, headers: {}, ...record }]);
    await wire.close();
  }

  later(end: () => Promise<unknown>): void {
    this.#ends.push(end);
  }

  async end(): Promise<void> {
    for (const end of this.#ends.reverse()) await end();
  }
}
