import type { DeadLetter } from '@sluice/bus';
import { startForTest } from '@sluice/service/testing';
import { hostSettings } from '@sluice/service';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { noteOutcome } from '../rows/note-outcome.js';
import { noteReceived } from '../rows/note-received.js';
import { type ArchivalRoom, openArchivalRoom } from '../testing/archival-room.js';
import { watchWaiting } from './watch-waiting.js';

class EmptyModule {}
const application = { settings: z.object(hostSettings), module: () => ({ module: EmptyModule }) };

let room: ArchivalRoom;
let running: Awaited<ReturnType<typeof startForTest>>;
beforeEach(async () => {
  room = await openArchivalRoom();
  running = await startForTest('archival', application, { environment: {} });
});
afterEach(async () => {
  await running.stop();
  await room.remove();
});

const letters: Record<string, number> = {};
let broken = false;
afterEach(() => void (broken = false));
const bus = {
  deadLetters: {
    list: async (group: string) => {
      if (broken) throw new Error('no bus');
      return Array.from({ length: letters[group] ?? 0 }, () => ({}) as DeadLetter);
    },
    retry: async () => undefined,
    discard: async () => undefined,
  },
};
const open = (everyMs: number) =>
  watchWaiting({ store: room.store, tables: room.tables, bus, metrics: running.host.metrics }, everyMs);
const page = async () => (await running.host.metrics.page()).body;

/** The value of one series. */
async function told(series: string): Promise<number> {
  const line = (await page()).split('\n').find((each) => each.startsWith(`sluice_${series} `));
  if (!line) throw new Error(`${series} is not told`);
  return Number(line.slice(line.lastIndexOf(' ') + 1));
}

describe('what waits', () => {
  it('is told: staged objects, unsettled deliveries, quarantine, dead letters', async () => {
    const [one, two] = [await room.receive(1), await room.receive(2)];
    const event = { type: 'instance.received.v1' as const, id: 'x', source: 'intake' };
    const anHourAgo = new Date(Date.now() - 3_600_000).toISOString();
    await noteReceived(room.tables, { ...event, data: { ...one, receivedAt: anHourAgo } });
    await noteReceived(room.tables, { ...event, data: two });
    await noteOutcome(room.tables, room.quarantined(two, 'SCRUBBING_RESIDUAL'));
    letters['scrubbing'] = 3;
    await open(60_000).look();
    expect(await told('unsettled_instances{room="archival"}')).toBe(2);
    expect(await told('unsettled_oldest_seconds{room="archival"}')).toBeGreaterThanOrEqual(3_600);
    expect(await told('quarantined_instances{room="archival",code="SCRUBBING_RESIDUAL"}')).toBe(1);
    expect(await told('dead_letters{room="archival",group="scrubbing"}')).toBe(3);
    expect(await told('dead_letters{room="archival",group="inference"}')).toBe(0);
    expect(await told('staging_objects{room="archival",objectKind="raw"}')).toBe(2);
    expect(await told('staging_objects{room="archival",objectKind="clean"}')).toBe(0);
    expect(await told('staging_bytes{room="archival",objectKind="raw"}')).toBe(
      one.object.sizeBytes + two.object.sizeBytes,
    );
    expect(await told('staging_oldest_seconds{room="archival",objectKind="raw"}')).toBeLessThan(600);
  });

  it('is measured no more often than asked, and forgotten when nobody measures', async () => {
    const seldom = open(3_600_000);
    await seldom.look();
    await room.receive(1);
    await seldom.look();
    expect(await told('staging_objects{room="archival",objectKind="raw"}')).toBe(0);
    const often = open(1);
    await often.look();
    const until = performance.now() + 10;
    while (performance.now() < until);
    expect(await page()).not.toMatch(/^sluice_staging_objects\{/m);
  });

  it('is forgotten when every look fails', async () => {
    const often = open(1);
    await often.look();
    broken = true;
    const until = performance.now() + 10;
    while (performance.now() < until);
    await expect(often.look()).rejects.toThrow('no bus');
    expect(await page()).not.toMatch(/^sluice_dead_letters\{/m);
  });
});
