import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fault, GROUP, pause, received, receivedMany, Room, TOPIC, until } from '../testing/bus-world.js';
import { kafkaInReach, kafkaWorld } from '../testing/kafka-world.js';

describe.skipIf(!kafkaInReach())('a member of a Kafka group', () => {
  let room: Room;
  beforeEach(async () => {
    room = new Room(await kafkaWorld());
  });
  afterEach(async () => {
    await room.end();
    await room.world.close();
  });

  it('shares-the-work-with-a-second-member-and-loses-nothing-when-one-leaves', async () => {
    const bus = await room.openReady();
    const seen: string[] = [];
    const handlerOf =
      (member: Set<string>) =>
      async ({ id }: { id: string }) => {
        await pause(20);
        member.add(id);
        seen.push(id);
        return [];
      };
    const members = [new Set<string>(), new Set<string>()];
    await bus.publish(receivedMany(200, { keys: 20 }));
    const first = await room.consume(bus, { handler: handlerOf(members[0]!), concurrency: 2 });
    await until('the first works', () => seen.length > 10);
    const second = await room.consume(await room.open(), { handler: handlerOf(members[1]!), concurrency: 2 });
    await bus.publish(receivedMany(200, { name: 'late', keys: 20 }));
    await until('both work', () => members[1]!.size > 0, 30_000);
    expect([first.ready(), second.ready()]).toEqual([true, true]);
    await first.drain();
    await until('all events', () => new Set(seen).size === 400, 30_000);
    await until('nothing is behind', async () => (await bus.lag(GROUP))[TOPIC] === 0);
  }, 90_000);

  it('goes-on-with-the-other-partitions-while-one-is-held-up', async () => {
    const bus = await room.openReady();
    const ended: string[] = [];
    const release = Promise.withResolvers<void>();
    const handler = async ({ id }: { id: string }) => {
      if (id === 'slow') await release.promise;
      ended.push(id);
      return [];
    };
    await room.consume(bus, { handler });
    await bus.publish([received('slow', 0)]);
    await pause(1_000);
    for (let round = 0; round < 5; round++)
      await bus.publish(receivedMany(20, { name: `round${round}`, keys: 20 }));
    await until('the other partition goes on', () => ended.length >= 20);
    expect(ended).not.toContain('slow');
    release.resolve();
    await until('all events', () => ended.length === 101);
  }, 60_000);

  it('stays-a-member-while-work-takes-longer-than-its-session', async () => {
    const bus = await room.openReady();
    const begun: string[] = [];
    const handler = async ({ id }: { id: string }) => {
      begun.push(id);
      if (id === 'long') await pause(9_000);
      return [];
    };
    await bus.publish([received('long'), received('next')]);
    const consumption = await room.consume(bus, { handler });
    await until('both are handled', () => begun.includes('next'), 20_000);
    expect(begun).toEqual(['long', 'next']);
    expect(consumption.ready()).toBe(true);
  }, 60_000);

  it('refuses-to-join-where-a-topic-is-missing-and-names-it', async () => {
    const bus = await room.openReady();
    const topics = [TOPIC, 'instance.forgotten'];
    const joining = bus.consume({ group: GROUP, topics, handler: async () => [] });
    await expect(joining).rejects.toMatchObject({
      code: 'BUS_TOPIC_CONTRACT',
      detail: expect.stringMatching(/^missing: \S*instance\.forgotten; create/),
    });
  }, 60_000);

  it('keeps-its-place-when-it-fails-for-good', async () => {
    const bus = await room.openReady();
    await bus.publish([received('fatal')]);
    const fatal: Error[] = [];
    const handler = async () => {
      throw fault('BUS_ACCESS_REFUSED');
    };
    await room.consume(bus, { handler, onFatal: (error) => fatal.push(error) });
    await until('it failed', () => fatal.length === 1);
    const seen: string[] = [];
    await room.consume(await room.open(), { handler: async ({ id }) => (seen.push(id), []) });
    await until('another member gets the record', () => seen.includes('fatal'));
  }, 60_000);
});
