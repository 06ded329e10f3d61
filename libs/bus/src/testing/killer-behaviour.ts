import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeEvent, type SluiceEvent } from '@sluice/contracts';
import { openDatabase } from '@sluice/database';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identityOf } from '../consuming/identity.js';
import { openInHandJournal } from '../journal/in-hand-journal.js';
import { GROUP, received, receivedMany, Room, TOPIC, until, type BusWorld } from './bus-world.js';
import { startChild } from './child-process.js';

/** The content that killed, announced under another id, which does not kill. */
const again = (id: string) => ({ ...received('killer', 2), id });

/** What the journal counts an event's deaths under. */
const countedAs = (event: SluiceEvent) =>
  identityOf({ ...encodeEvent(event), partition: 0, offset: 0n, timestampMs: 0 }).id;

/** A record whose handling kills the process must not kill for ever (law 9). */
export function killerBehaviour(open: () => Promise<BusWorld>): void {
  describe('records that kill', () => {
    let room: Room;
    let folder: string;
    let journal: string;
    beforeEach(async () => {
      room = new Room(await open());
      folder = await mkdtemp(join(tmpdir(), 'sluice-journal-'));
      journal = `sqlite:${join(folder, 'room.sqlite')}`;
    });
    afterEach(async () => {
      await room.end();
      await room.world.close();
      await rm(folder, { recursive: true });
    });

    it('buries-a-record-that-killed-three-times-and-spares-those-that-were-in-hand-with-it', async () => {
      const bus = await room.openReady();
      await bus.publish([
        ...receivedMany(4, { keys: 4 }),
        received('killer', 2),
        ...receivedMany(4, { name: 'later', keys: 4 }),
      ]);
      for (let death = 0; death < 3; death++) {
        const child = startChild({ does: 'consume', url: room.world.url, journal, killer: 'killer' });
        await child.ended;
        expect(child.lines.at(-1)).toBe('begin killer');
      }
      const survivor = startChild({ does: 'consume', url: room.world.url, journal, killer: 'killer' });
      room.later(async () => {
        survivor.kill();
        await survivor.ended;
      });
      await until('nothing is behind', async () => (await bus.lag(GROUP))[TOPIC] === 0, 40_000);
      const letters = await bus.deadLetters.list(GROUP);
      expect(letters.map(({ code, event }) => [code, event?.id])).toEqual([['BUS_RECORD_KILLS', 'killer']]);
      expect(survivor.lines).toContain('later-3');
      await bus.publish([again('killer-again'), received('after', 2)]);
      await until('the one after it', () => survivor.lines.includes('after'));
      expect(survivor.lines).not.toContain('begin killer-again');
      const buried = (await bus.deadLetters.list(GROUP)).find(({ event }) => event?.id === 'killer-again');
      expect(buried?.code).toBe('BUS_RECORD_KILLS');
      // A person's retry is a new chance, and once it passed its content may come again.
      await bus.deadLetters.retry(GROUP, buried!.id);
      await until('the retried one', () => survivor.lines.includes('killer-again'));
      await bus.publish([again('killer-third')]);
      await until('the same content', () => survivor.lines.includes('killer-third'));
    }, 180_000);

    it('suspects-after-a-first-death-only-what-is-at-work', async () => {
      const bus = await room.openReady();
      await bus.publish([...receivedMany(40, { keys: 40 }), received('killer', 50)]);
      for (let death = 0; death < 2; death++) {
        const child = startChild({ does: 'consume', url: room.world.url, journal, killer: 'killer' });
        await child.ended;
        expect(child.lines.at(-1)).toBe('begin killer');
      }
      const database = await openDatabase(journal);
      room.later(() => database.close());
      const after = await openInHandJournal(database, GROUP);
      const all = [...receivedMany(40, { keys: 40 }), received('killer', 50)];
      const deaths = await after.take(all.map(countedAs));
      await after.close();
      expect(deaths.get(countedAs(received('killer', 50)))).toBe(2);
      expect([...deaths.values()].filter((count) => count > 1).length).toBeLessThanOrEqual(4);
    }, 120_000);

    it('does-not-count-a-drain-as-a-death', async () => {
      const bus = await room.openReady();
      const database = await openDatabase(journal);
      room.later(() => database.close());
      await bus.publish(receivedMany(20));
      const first = await openInHandJournal(database, GROUP);
      let handled = 0;
      const consumption = await room.consume(bus, {
        journal: first,
        concurrency: 1,
        handler: async () => ((handled += 1), []),
      });
      await until('some are handled', () => handled >= 5);
      await consumption.drain();
      await first.close();
      const second = await openInHandJournal(database, GROUP);
      const deaths = await second.take(receivedMany(20).map(countedAs));
      await second.close();
      expect([...deaths.values()].filter((count) => count > 0)).toEqual([]);
    });
  });
}
