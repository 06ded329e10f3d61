import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordOutcome } from '../bus.js';
import { fault, GROUP, received, receivedMany, Room, TOPIC, until, type BusWorld } from './bus-world.js';

const BUGS = [SyntaxError, TypeError, RangeError, ReferenceError];

/** What a handler throws and what lies broken on a topic must not stop the corridor. */
export function faultBehaviour(open: () => Promise<BusWorld>): void {
  describe('faults', () => {
    let room: Room;
    beforeEach(async () => {
      room = new Room(await open());
    });
    afterEach(async () => {
      await room.end();
      await room.world.close();
    });

    it('makes-a-dead-letter-of-what-is-no-event-and-goes-on', async () => {
      const bus = await room.openReady();
      const good = received('good');
      const headers = { ce_id: 'x', ce_type: good.type, ce_source: '/sluice/intake', ce_specversion: '1.0' };
      await room.inject({ value: Buffer.from('{"patient": '), headers });
      await room.inject({
        value: Buffer.from(JSON.stringify(good.data)),
        headers: { ...headers, ce_type: 'instance.unheard.v9' },
      });
      await room.inject({ value: Buffer.from(JSON.stringify(good.data)), headers: { ce_type: good.type } });
      await room.inject({ value: null, headers: {} });
      await room.inject({
        value: Buffer.alloc(200_000, 'x'),
        headers: { ...headers, long: 'y'.repeat(20_000) },
      });
      await bus.publish([good]);
      const seen: string[] = [];
      const consumption = await room.consume(bus, { handler: async ({ id }) => (seen.push(id), []) });
      await until('the good event', () => seen.includes('good'));
      await until('five dead letters', async () => (await bus.deadLetters.list(GROUP)).length === 5);
      const letters = await bus.deadLetters.list(GROUP);
      expect(letters.map((letter) => letter.code)).toEqual(Array(5).fill('BUS_EVENT_INVALID'));
      expect(letters.every((letter) => letter.topic === TOPIC)).toBe(true);
      expect(consumption.ready()).toBe(true);
    });

    it('finds-no-dead-letters-of-a-group-that-was-never-there', async () => {
      const bus = await room.openReady();
      expect(await bus.deadLetters.list('not-installed')).toEqual([]);
    });

    it('tries-a-bug-three-times-and-goes-on', async () => {
      const bus = await room.openReady();
      const tries = new Map<string, number>();
      const seen: string[] = [];
      const handler = async ({ id }: { id: string }) => {
        tries.set(id, (tries.get(id) ?? 0) + 1);
        const Bug = BUGS[Number(id.split('-')[1])];
        if (id.startsWith('bug-') && Bug) throw new Bug('the patient is called Marker');
        if (id === 'bug-4') return undefined as never;
        seen.push(id);
        return [];
      };
      await bus.publish([...receivedMany(5, { name: 'bug', keys: 5 }), received('good', 2)]);
      const consumption = await room.consume(bus, { handler });
      await until('the good event', () => seen.includes('good'));
      await until('five dead letters', async () => (await bus.deadLetters.list(GROUP)).length === 5);
      const letters = await bus.deadLetters.list(GROUP);
      expect(letters.map((letter) => [letter.code, letter.attempts])).toEqual(
        Array(5).fill(['UNEXPECTED', 3]),
      );
      expect([...tries.values()].toSorted()).toEqual([1, 3, 3, 3, 3, 3]);
      expect(JSON.stringify(letters)).not.toContain('Marker');
      expect(consumption.ready()).toBe(true);
    });

    it('makes-a-dead-letter-of-a-permanent-error-at-once', async () => {
      const bus = await room.openReady();
      const outcomes: RecordOutcome[] = [];
      await bus.publish([received('bad'), received('good')]);
      const handler = async ({ id }: { id: string }) => {
        if (id === 'bad') throw fault('STORE_OBJECT_MISSING');
        return [];
      };
      await room.consume(bus, { handler, onOutcome: (outcome) => outcomes.push(outcome) });
      await until('both are out of hand', () => outcomes.length === 2);
      expect(outcomes.map(({ result, code, eventId }) => [result, code, eventId])).toEqual([
        ['dead-lettered', 'STORE_OBJECT_MISSING', 'bad'],
        ['done', undefined, 'good'],
      ]);
    });

    it('waits-out-an-outage-without-a-dead-letter', async () => {
      const bus = await room.openReady();
      const done = new Set<string>();
      let tries = 0;
      let down = true;
      const handler = async ({ id }: { id: string }) => {
        tries += 1;
        if (down) throw fault('STORE_UNAVAILABLE');
        done.add(id);
        return [];
      };
      await bus.publish(receivedMany(30, { keys: 10 }));
      const consumption = await room.consume(bus, { handler });
      await until('it was tried in vain', () => tries >= 60);
      down = false;
      await until('all events', () => done.size === 30, 30_000);
      expect(consumption.ready()).toBe(true);
      expect(await bus.deadLetters.list(GROUP)).toEqual([]);
    }, 60_000);

    it('lets-one-sick-record-step-aside-so-that-its-partition-goes-on', async () => {
      const bus = await room.openReady();
      const seen: string[] = [];
      const results: string[] = [];
      let sick = true;
      const handler = async ({ id }: { id: string }) => {
        if (id === 'sick' && sick) throw fault('STORE_UNAVAILABLE');
        seen.push(id);
        return [];
      };
      await bus.publish([received('sick', 1), ...receivedMany(5, { keys: 2 })]);
      await room.consume(bus, { handler, onOutcome: ({ result }) => results.push(result) });
      await until(
        'the others passed and the sick one stepped aside',
        () => seen.length === 5 && results.includes('retried'),
      );
      await until('the partition went on', async () => (await bus.lag(GROUP))[TOPIC] === 0);
      sick = false;
      await until('the sick one passed', () => seen.includes('sick'));
      expect(await bus.deadLetters.list(GROUP)).toEqual([]);
    });

    it('retries-and-discards-dead-letters', async () => {
      const bus = await room.openReady();
      let broken = true;
      const seen: string[] = [];
      const handler = async ({ id }: { id: string }) => {
        if (broken) throw fault('STORE_OBJECT_MISSING');
        seen.push(id);
        return [];
      };
      await bus.publish([received('one', 1), received('two', 2)]);
      await room.consume(bus, { handler });
      await until('two dead letters', async () => (await bus.deadLetters.list(GROUP)).length === 2);
      const [one, two] = (await bus.deadLetters.list(GROUP)).toSorted((a, b) =>
        a.event!.id < b.event!.id ? -1 : 1,
      );
      expect(one).toMatchObject({
        code: 'STORE_OBJECT_MISSING',
        topic: TOPIC,
        group: GROUP,
        attempts: 1,
        event: received('one', 1),
      });
      broken = false;
      await bus.deadLetters.retry(GROUP, one!.id);
      await until('the first is handled', () => seen.includes('one'));
      await bus.deadLetters.discard(GROUP, two!.id);
      expect(await bus.deadLetters.list(GROUP)).toEqual([]);
      await expect(bus.deadLetters.discard(GROUP, two!.id)).rejects.toMatchObject({
        code: 'BUS_DEAD_LETTER_MISSING',
      });
      expect(seen).toEqual(['one']);
    });

    it('stops-for-good-at-a-fatal-error-and-commits-nothing', async () => {
      const bus = await room.openReady();
      const fatal: Error[] = [];
      await bus.publish([received('first'), received('second')]);
      const handler = async () => {
        throw fault('BUS_TOPIC_CONTRACT');
      };
      const consumption = await room.consume(bus, { handler, onFatal: (error) => fatal.push(error) });
      await until('it says so', () => fatal.length > 0);
      expect(consumption.ready()).toBe(false);
      await consumption.drain();
      expect(fatal).toHaveLength(1);
      expect((await bus.lag(GROUP))[TOPIC]).toBe(2);
    });
  });
}
