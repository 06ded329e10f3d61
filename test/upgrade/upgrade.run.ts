import { afterAll, beforeAll, expect, it } from 'vitest';
import { openFaultWorld, type FaultWorld } from '../faults/fault-world.js';
import { pushWhile } from '../faults/push-while.js';
import { restartOneByOne } from '../faults/restart-one-by-one.js';
import { buildPrevious, type PreviousBuild } from './previous-build.js';

const REVISION = process.env['SLUICE_UPGRADE_FROM'] ?? '';

let previous: PreviousBuild;
let world: FaultWorld;
beforeAll(async () => {
  if (REVISION === '') throw new Error('which revision to upgrade from: npm run upgrade -- REVISION');
  previous = await buildPrevious(REVISION);
  world = await openFaultWorld({ programOf: previous.programOf });
}, 1_200_000);
afterAll(async () => {
  await world?.close();
  await previous?.remove();
});

it('every service is replaced by this revision during a push, and every acknowledged instance is archived once', async () => {
  const { archive, installation } = world;
  const startedAt = Date.now();
  const upgrade = () => restartOneByOne(installation, (service) => service.useOwnBuild());
  const { acknowledged, offered, refusals } = await pushWhile(installation.dimsePort, upgrade, 1);
  const quiet = await archive.quiet(offered, 240_000);
  const { archived, ...wrong } = await archive.reckon(acknowledged, 0);
  console.log(
    `from ${previous.commit}: ${acknowledged.size} of ${offered} acknowledged, ${archived} archived once, ${await archive.countClean()} clean, ` +
      `refused meanwhile ${JSON.stringify(refusals)}, ${Math.round((Date.now() - startedAt) / 1000)} s; ${quiet}`,
  );
  expect(acknowledged.size).toBe(offered);
  expect({ archived, quiet }).toEqual({ archived: offered, quiet: `behind 0, unsettled 0, raw ${offered}` });
  expect(wrong).toEqual({ lost: [], doubled: [], differing: [], unindexed: [], leftOver: [] });
  expect(await archive.countClean()).toBe(offered);
  expect(await archive.deadLetters()).toEqual([]);
}, 900_000);
