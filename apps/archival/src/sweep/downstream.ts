import type { Bus } from '@sluice/bus';
import type { SluiceEvent } from '@sluice/contracts';

type Received = SluiceEvent<'instance.received.v1'>;

/** Who works on a delivery, and the topics that bring it. */
export const READERS: Readonly<Record<string, readonly string[]>> = {
  scrubbing: ['instance.received'],
  encryption: ['instance.received', 'instance.scrubbed', 'instance.quarantined', 'instance.inferred'],
  archival: [
    'instance.received',
    'instance.scrubbed',
    'instance.quarantined',
    'instance.inferred',
    'object.sealed',
  ],
};

/**
 * How many records the readers of deliveries are behind, all together: what waits there is on its way, and to announce it again
 * would only lengthen the queue. A topic that the corridor does not know counts as far behind.
 */
export async function behind(bus: Pick<Bus, 'lag'>): Promise<number> {
  const counts = await Promise.all(
    Object.entries(READERS).map(async ([group, topics]) => {
      const lag = await bus.lag(group);
      return topics.reduce((sum, topic) => sum + (lag[topic] ?? Infinity), 0);
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** With more open dead letters than these the corridor as a whole is ill, and a list of them may not be all. */
const MOST_LETTERS = 1_000;
const MAKE_ROWS = ['instance.received', 'instance.scrubbed', 'instance.quarantined', 'batch.closed'];

/**
 * True when what archival has no row of was never said: it has read all that was published, its retry topic too, none of what makes
 * rows lies among its dead letters, and encryption is not behind.
 */
export async function hasRowOfEverything(bus: Pick<Bus, 'lag' | 'deadLetters'>): Promise<boolean> {
  for (const group of ['archival', 'encryption']) {
    const lag = await bus.lag(group);
    if (lag['instance.received'] !== 0 || Object.values(lag).some((records) => records > 0)) return false;
  }
  const letters = await bus.deadLetters.list('archival');
  return letters.length <= MOST_LETTERS && !letters.some(({ topic }) => MAKE_ROWS.includes(topic));
}

/** Tells which deliveries wait for an operator: those that an open dead letter names, by delivery or by content. */
export async function openHolds(bus: Pick<Bus, 'deadLetters'>): Promise<(received: Received) => boolean> {
  const letters = await Promise.all(Object.keys(READERS).map((group) => bus.deadLetters.list(group)));
  const held = new Set(letters.flat().flatMap(({ event }) => (event ? marksOf(event) : [])));
  return (received) => marksOf(received).some((mark) => held.has(mark));
}

function marksOf({ data }: SluiceEvent): string[] {
  if (!('attempt' in data)) return [];
  return [data.attempt, `${data.instanceKey}/${data.contentKey}`];
}
