import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SERVICES, type Service } from '../installation/installation.js';
import { openFaultWorld, type FaultWorld } from './fault-world.js';
import { pushLikeAModality, smallStudies, type Push } from './push-like-a-modality.js';
import { pushWhile } from './push-while.js';
import { restartOneByOne } from './restart-one-by-one.js';

const INSTANCES = 500;
const NOTHING_WRONG = { lost: [], doubled: [], differing: [], unindexed: [], leftOver: [] };
const skip = process.env['SLUICE_TEST_UNIT'] === '1';

describe.skipIf(skip)('point 4 of "done when": kill -9 during a push of 500 instances', () => {
  let world: FaultWorld;
  let pushes = 0;
  beforeAll(async () => {
    world = await openFaultWorld();
  }, 180_000);
  afterAll(() => world?.close());

  /** Pushes instances, does `strike` somewhere between 20 % and 80 % of them, and reckons when all is quiet. */
  async function pushThrough(strike: () => Promise<void>, instances = INSTANCES): Promise<Push> {
    const { archive, installation } = world;
    const [since, before] = [Date.now(), await archive.countRaw()];
    const at = Math.round(instances * (0.2 + 0.6 * Math.random()));
    const sent = smallStudies((pushes += 1), instances);
    let struck: Promise<void> | undefined;
    const onSuccess = (count: number) => void (count >= at && (struck ??= strike()));
    const push = await pushLikeAModality(installation.dimsePort, sent, { onSuccess });
    await struck;
    expect(push.acknowledged.size, `strike at ${at}: ${JSON.stringify(push.refusals)}`).toBe(instances);
    const quiet = await archive.quiet(before + instances);
    const reckoning = await archive.reckon(push.acknowledged, since);
    const said = `strike at ${at}; ${JSON.stringify(push.refusals)}; ${JSON.stringify({ ...reckoning, quiet }).slice(0, 2_000)}`;
    expect({ ...reckoning, quiet }, said).toEqual({
      archived: instances,
      ...NOTHING_WRONG,
      quiet: `behind 0, unsettled 0, raw ${before + instances}`,
    });
    return push;
  }

  const everyPid = () => SERVICES.map((name) => world.installation.services[name].pid);
  const readiness = async () =>
    Promise.all(SERVICES.map((name) => world.installation.services[name].isReady()));

  it.each([...SERVICES])(
    '%s-killed-in-the-middle-loses-nothing',
    async (name: Service) => {
      const service = world.installation.services[name];
      await pushThrough(async () => {
        expect(await service.end('SIGKILL')).toBeNull();
        service.spawn();
        await service.ready(60_000);
      });
      expect(await readiness()).toEqual(SERVICES.map(() => true));
    },
    330_000,
  );

  it.each([...SERVICES])(
    '%s-told-to-stop-in-the-middle-ends-with-0-and-loses-nothing',
    async (name: Service) => {
      const service = world.installation.services[name];
      await pushThrough(async () => {
        expect(await service.end('SIGTERM')).toBe(0);
        service.spawn();
        await service.ready(60_000);
      }, 200);
    },
    330_000,
  );

  it('every-service-restarted-one-after-the-other-in-the-middle-loses-nothing', async () => {
    const { archive, installation } = world;
    const [since, before] = [Date.now(), await archive.countRaw()];
    const restart = () => restartOneByOne(installation);
    const { acknowledged, offered } = await pushWhile(installation.dimsePort, restart, 500);
    const quiet = await archive.quiet(before + offered);
    const reckoning = await archive.reckon(acknowledged, since);
    expect({ ...reckoning, quiet }).toEqual({
      archived: offered,
      ...NOTHING_WRONG,
      quiet: `behind 0, unsettled 0, raw ${before + offered}`,
    });
    expect(await readiness()).toEqual(SERVICES.map(() => true));
  }, 600_000);

  it.each(['kafka', 's3', 'kms', 'postgres'] as const)(
    '%s-killed-in-the-middle-loses-nothing-and-the-services-come-back-by-themselves',
    async (name) => {
      const backing = world.stack.services[name];
      const pids = everyPid();
      let turnedNotReady = false;
      await pushThrough(async () => {
        await backing.kill();
        for (const until = Date.now() + 7_000; Date.now() < until; await sleep(250)) {
          turnedNotReady ||= (await readiness()).includes(false);
        }
        await backing.start();
      });
      expect(turnedNotReady).toBe(true);
      await Promise.all(SERVICES.map((service) => world.installation.services[service].ready(30_000)));
      expect(everyPid()).toEqual(pids);
    },
    330_000,
  );
});
