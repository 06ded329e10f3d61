import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GROUP, received, receivedMany, Room, TOPIC, until } from '../testing/bus-world.js';
import { startChild } from '../testing/child-process.js';
import { embeddedWorld } from '../testing/embedded-world.js';

describe('the folder of the embedded corridor', () => {
  let room: Room;
  beforeEach(async () => {
    room = new Room(await embeddedWorld());
  });
  afterEach(async () => {
    await room.end();
    await room.world.close();
  });

  it('takes-one-process-per-group-and-lets-the-next-in-when-that-one-dies', async () => {
    const bus = await room.openReady();
    const child = startChild({ does: 'consume', url: room.world.url });
    await until('the child has joined', () => child.lines.includes('joined'));
    const handler = async () => [];
    await expect(bus.consume({ group: GROUP, topics: [TOPIC], handler })).rejects.toMatchObject({
      code: 'BUS_GROUP_HELD',
    });
    const other = await room.consume(bus, { group: 'archival', handler });
    expect(other.ready()).toBe(true);
    child.kill();
    await child.ended;
    expect((await room.consume(bus, { handler })).ready()).toBe(true);
  }, 60_000);

  it('hands-over-what-another-process-published', async () => {
    const bus = await room.openReady();
    const seen = new Set<string>();
    await room.consume(bus, { handler: async ({ id }) => (seen.add(id), []) });
    const child = startChild({ does: 'publish', url: room.world.url, count: 10 });
    await child.ended;
    await until('all of them', () => seen.size === 10);
    expect(child.lines).toHaveLength(10);
  }, 60_000);

  it('stays-open-for-the-others-of-the-process-when-one-closes-it', async () => {
    const first = await room.open();
    const second = await room.open();
    const seen: string[] = [];
    await room.consume(second, { handler: async ({ id }) => (seen.push(id), []) });
    await first.close();
    await second.publish([received('still-open')]);
    await until('the event', () => seen.includes('still-open'));
    await expect(first.publish([received('late')])).rejects.toMatchObject({ code: 'BUS_UNAVAILABLE' });
  });

  it('refuses-more-than-may-wait', async () => {
    const bus = await room.open();
    const many = receivedMany(15_000);
    const results = await Promise.allSettled([bus.publish(many), bus.publish(many)]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected']);
    expect((await bus.lag('anybody'))[`anybody.retry`]).toBe(0);
  });
});
