import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBus, type Bus, type DeadLetter } from '@sluice/bus';
import type { SluiceEvent } from '@sluice/contracts';
import { sampleReceived } from '@sluice/contracts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../installation/free-port.js';
import { realDoors } from '../installation/installation.js';
import { ServiceProcess } from '../installation/service-process.js';

const ROOM = new URL('./poisonable-room.ts', import.meta.url);
const BUGS = ['syntax-error', 'type-error', 'range-error', 'reference-error'];
const unit = process.env['SLUICE_TEST_UNIT'] === '1';

type Doors = (folder: string) => Promise<Record<string, string>>;
const kafka: Doors = async () => {
  const doors = await realDoors();
  return { ...doors, BUS_URL: `${doors['BUS_URL']}&sessionTimeoutMs=6000` };
};
const embedded: Doors = async (folder) => ({
  BUS_URL: `embedded:${join(folder, 'bus')}`,
  DATABASE_URL: `sqlite:${join(folder, 'db.sqlite')}`,
});

/** A received event whose peer tells the room what to do; the same `key` puts events one behind the other. */
function told(peer: string, n: number, key = n): SluiceEvent {
  const data = { ...sampleReceived(n), instanceKey: sampleReceived(key).instanceKey, peer };
  return {
    id: `received-${peer}-${n}`,
    type: 'instance.received.v1',
    source: 'intake',
    time: new Date().toISOString(),
    data,
  };
}

describe.each([
  ['kafka', kafka],
  ['embedded', embedded],
] as const)('point 5 of "done when": a poisoned handler on %s', (name, open) => {
  describe.skipIf(unit && name === 'kafka')('', () => {
    let folder: string;
    let bus: Bus;
    let room: ServiceProcess;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'sluice-poison-'));
      const doors = await open(folder);
      bus = await openBus(doors['BUS_URL']!, { clientId: 'poisoner' });
      await bus.ensureTopics({ groups: ['encryption'], tenants: [] });
      const environment = { ...doors, LOG_LEVEL: 'debug' };
      room = new ServiceProcess('poisonable', {
        httpPort: await freePort(),
        logFile: join(folder, 'room.log'),
        environment,
        program: ROOM,
      });
    }, 60_000);
    afterEach(async () => {
      await room?.end('SIGKILL');
      await bus?.close();
      await rm(folder, { recursive: true, force: true });
    });

    /** Milliseconds until the room's log says that the event is done. */
    async function doneWithin(id: string, limitMs: number): Promise<number> {
      const since = Date.now();
      while (Date.now() - since < limitMs) {
        const lines = (await readFile(room.logFile, 'utf8')).split('\n');
        if (lines.some((line) => line.includes(`"${id}"`) && line.includes('record done')))
          return Date.now() - since;
        await sleep(50);
      }
      throw new Error(`${id} is not done after ${limitMs} ms: ${await room.tail()}`);
    }

    async function letters(count: number): Promise<readonly DeadLetter[]> {
      for (let tries = 0; tries < 50 && (await bus.deadLetters.list('encryption')).length < count; tries++)
        await sleep(100);
      return bus.deadLetters.list('encryption');
    }

    it('a-handler-that-throws-any-bug-costs-one-dead-letter-each', async () => {
      await bus.publish([...BUGS.map((bug, at) => told(bug, at, 1)), told('good', 9, 1)]);
      room.spawn();
      await room.ready(60_000);
      await doneWithin('received-good-9', 5_000);
      const found = await letters(4);
      expect(found.map((letter) => [letter.code, letter.attempts])).toEqual(Array(4).fill(['UNEXPECTED', 3]));
      expect(found.map((letter) => letter.event?.id).sort()).toEqual(
        BUGS.map((bug, at) => `received-${bug}-${at}`).sort(),
      );
      expect(await room.isReady()).toBe(true);
      expect(JSON.stringify(found) + (await readFile(room.logFile, 'utf8'))).not.toContain('MARKER');
    }, 90_000);

    it('a-record-that-kills-the-process-each-time-kills-it-three-times', async () => {
      await bus.publish([told('killer', 1), told('good', 2, 1), told('good', 3)]);
      let deaths = 0;
      for (let up = false; !up && deaths < 6; deaths += up ? 0 : 1) {
        room.spawn();
        up = await room.ready(60_000).then(
          () => staysUp(room),
          () => false,
        );
      }
      await doneWithin('received-good-2', 2_000);
      await doneWithin('received-good-3', 2_000);
      expect(deaths).toBe(3);
      expect((await letters(1)).map(({ code, event }) => [code, event?.id])).toEqual([
        ['BUS_RECORD_KILLS', 'received-killer-1'],
      ]);
      expect(await room.isReady()).toBe(true);
    }, 180_000);
  });
});

/** A process that takes the killer dies within moments of being up. */
async function staysUp(room: ServiceProcess): Promise<boolean> {
  for (let waited = 0; waited < 3_000; waited += 100) {
    if (!room.running) return false;
    await sleep(100);
  }
  return true;
}
