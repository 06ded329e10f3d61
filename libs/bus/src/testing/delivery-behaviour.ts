import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWire } from '../open-bus.js';
import { GROUP, pause, received, receivedMany, Room, TOPIC, until, type BusWorld } from './bus-world.js';
import { startChild } from './child-process.js';

/** What was published is handed over: at least once, in order per key, whatever dies. */
export function deliveryBehaviour(open: () => Promise<BusWorld>): void {
  describe('delivery', () => {
    let room: Room;
    beforeEach(async () => {
      room = new Room(await open());
    });
    afterEach(async () => {
      await room.end();
      await room.world.close();
    });

    it('hands-over-what-was-published-and-publishes-the-next-events-before-the-commit', async () => {
      const bus = await room.openReady();
      const next: string[] = [];
      await bus.publish([received('first')]);
      await room.consume(bus, {
        handler: async (event) => (event.id === 'first' ? [received('second')] : (next.push(event.id), [])),
      });
      await until('the next event', () => next.length === 1);
      expect(next).toEqual(['second']);
      await until('nothing is behind', async () => (await bus.lag(GROUP))[TOPIC] === 0);
    });

    it('keeps-the-order-per-key-while-keys-are-worked-side-by-side', async () => {
      const bus = await room.openReady();
      const seen = new Map<string, string[]>();
      let atWork = 0;
      let most = 0;
      const handler = async (event: { id: string; data: object }) => {
        most = Math.max(most, ++atWork);
        await pause(Math.random() * 4);
        const key = (event.data as { instanceKey: string }).instanceKey;
        seen.set(key, [...(seen.get(key) ?? []), event.id]);
        atWork -= 1;
        return [];
      };
      const events = receivedMany(300, { keys: 12 });
      await Promise.all(
        [...Map.groupBy(events, (_, index) => index % 12).values()].map((group) => bus.publish(group)),
      );
      await room.consume(bus, { handler, concurrency: 6 });
      await until('all events', () => [...seen.values()].flat().length >= 300);
      for (const ids of seen.values())
        expect(ids.map(numberOf)).toEqual(ids.map(numberOf).toSorted((a, b) => a - b));
      expect(seen.size).toBe(12);
      expect(most).toBeGreaterThan(1);
      expect(most).toBeLessThanOrEqual(6);
    });

    it('hands-over-an-event-that-was-published-twice-and-goes-on', async () => {
      const bus = await room.openReady();
      const seen: string[] = [];
      await bus.publish([received('same'), received('same'), received('other')]);
      await room.consume(bus, { handler: async ({ id }) => (seen.push(id), []) });
      await until('the other event', () => seen.includes('other'));
      expect(seen.filter((id) => id === 'same').length).toBeGreaterThanOrEqual(1);
    });

    it('goes-on-where-the-group-was-after-a-drain', async () => {
      const bus = await room.openReady();
      const seen: string[] = [];
      const handler = async ({ id }: { id: string }) => (seen.push(id), []);
      await bus.publish(receivedMany(20, { keys: 4 }));
      const first = await room.consume(bus, { handler });
      await until('the first events', () => seen.length === 20);
      await first.drain();
      expect(first.ready()).toBe(false);
      await bus.publish([received('after')]);
      await room.consume(bus, { handler });
      await until('the event after the drain', () => seen.includes('after'));
      expect(seen).toHaveLength(21);
    });

    it('finishes-what-is-in-hand-when-it-drains', async () => {
      const bus = await room.openReady();
      const begun: string[] = [];
      const ended: string[] = [];
      const handler = async ({ id }: { id: string }) => {
        begun.push(id);
        await pause(300);
        ended.push(id);
        return [];
      };
      await bus.publish(receivedMany(10));
      const consumption = await room.consume(bus, { handler, concurrency: 1 });
      await until('one is in hand', () => begun.length === 1);
      await consumption.drain();
      expect(ended).toEqual(begun);
      expect((await bus.lag(GROUP))[TOPIC]).toBe(10 - ended.length);
    });

    it('redelivers-what-a-killed-process-had-not-committed-and-loses-nothing', async () => {
      const bus = await room.openReady();
      const events = receivedMany(60, { keys: 6 });
      await bus.publish(events);
      const child = startChild({ does: 'consume', url: room.world.url, dieAt: 25 });
      await child.ended;
      const before = child.lines.filter((line) => line.startsWith('event-'));
      expect(before.length).toBeGreaterThanOrEqual(25);
      const after: string[] = [];
      await room.consume(bus, { handler: async ({ id }) => (after.push(id), []) });
      const all = () => new Set([...before, ...after]).size === 60;
      await until('every event was handled', all, 40_000);
      await until('nothing is behind', async () => (await bus.lag(GROUP))[TOPIC] === 0);
    }, 90_000);

    it('keeps-every-event-that-was-acknowledged-when-the-publisher-is-killed', async () => {
      const bus = await room.openReady();
      const child = startChild({ does: 'publish', url: room.world.url, count: 50 });
      await child.ended;
      expect(child.lines).toHaveLength(50);
      const seen = new Set<string>();
      await room.consume(bus, { handler: async ({ id }) => (seen.add(id), []) });
      await until('all that was acknowledged', () => child.lines.every((id) => seen.has(id)));
      expect(seen.size).toBe(50);
    }, 60_000);

    it('refuses-an-event-that-matches-no-schema', async () => {
      const bus = await room.openReady();
      const event = received('wrong');
      const wrong = { ...event, data: { ...event.data, instanceKey: 'not a key' } };
      await expect(bus.publish([wrong])).rejects.toMatchObject({ code: 'BUS_EVENT_INVALID' });
    });

    it('counts-what-a-group-has-not-done', async () => {
      const bus = await room.openReady();
      await bus.publish(receivedMany(7, { keys: 3 }));
      expect((await bus.lag(GROUP))[TOPIC]).toBe(7);
    });

    it('gives-analytics-no-time-no-trace-and-no-key-of-the-corridor', async () => {
      const bus = await room.openReady();
      await bus.publish([deidEvent()]);
      const wire = await openWire(room.world.url);
      const records: { timestampMs: number; headers: object }[] = [];
      await wire.scan('deid.t1.instance.v1', (record) => records.push(record));
      await wire.close();
      expect(records).toHaveLength(1);
      expect(records[0]!.timestampMs).toBe(0);
      expect(Object.keys(records[0]!.headers).toSorted()).toEqual([
        'ce_id',
        'ce_source',
        'ce_specversion',
        'ce_type',
        'content-type',
      ]);
      expect(JSON.stringify(records[0]!.headers)).not.toContain('d'.repeat(56));
    });

    it('answers-a-probe-and-finds-its-topics-again', async () => {
      const bus = await room.openReady();
      await bus.probe();
      await expect(bus.ensureTopics({ groups: [GROUP], tenants: ['t1'] })).resolves.toBeUndefined();
    });
  });
}

const numberOf = (id: string): number => Number(id.split('-')[1]);

function deidEvent() {
  return {
    id: `deid-${'d'.repeat(64)}`,
    type: 'deid.instance.v1' as const,
    source: 'archival',
    time: '2026-11-21T10:00:00.000Z',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    data: {
      schema: 'deid.instance.v1' as const,
      tenant: 't1',
      SOPInstanceUID: '2.25.1',
      SeriesInstanceUID: '2.25.2',
      StudyInstanceUID: '2.25.3',
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
      TransferSyntaxUID: '1.2.840.10008.1.2.1',
      PatientPseudonym: 'P1',
      DeidentificationMethodCodes: ['113100'],
    },
  };
}
