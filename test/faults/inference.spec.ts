import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '../installation/free-port.js';
import { childrenOf } from '../installation/children-of.js';
import { ArchiveReader } from './archive-reader.js';
import { InferenceWorld } from './inference-world.js';
import { restartOneByOne } from './restart-one-by-one.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });

const skip = process.env['SLUICE_TEST_UNIT'] === '1';

describe.skipIf(skip)('point 5 of "done when": inference, each service its own process on real doors', () => {
  let world: InferenceWorld;
  beforeAll(async () => {
    world = await InferenceWorld.open();
  });
  afterAll(() => world?.close());

  const inference = () => world.installation.inference!;
  /** Stopped in the middle of what it is given next, so that what follows strikes a batch in hand. */
  function holdModel(): number {
    const [model] = childrenOf(inference().pid);
    process.kill(model!, 'SIGSTOP');
    return model!;
  }

  it('every-service-restarted-one-after-the-other-during-a-push-loses-nothing-and-doubles-nothing', async () => {
    const archive = await ArchiveReader.open(world.installation.doors);
    try {
      const pushed = await world.pushDuring(() => restartOneByOne(world.installation));
      expect(await world.saidOfSeries()).toEqual(world.everySeries);
      expect(await world.reckon()).toEqual(world.everything);
      expect(await archive.quiet(pushed.length)).toBe(`behind 0, unsettled 0, raw ${pushed.length}`);
      const settled = { lost: [], doubled: [], differing: [], unindexed: [], leftOver: [] };
      await vi.waitFor(
        async () => expect(await archive.reckon(pushed, 0)).toEqual({ archived: pushed.length, ...settled }),
        { timeout: 60_000, interval: 500 },
      );
    } finally {
      await archive.close();
    }
  });

  it("a-model's-process-killed-in-the-middle-of-a-batch-loses-nothing", async () => {
    const model = holdModel();
    await world.push();
    await world.inHand();
    process.kill(model, 'SIGKILL');
    expect(await world.reckon()).toEqual(world.everything);
    expect(await world.suspects()).toBeGreaterThan(0);
    expect(await inference().tail(100_000)).toContain('INFERENCE_RUNNER_DIED');
    expect(inference().running).toBe(true);
  });

  it('inference-killed-with-objects-in-hand-is-taken-over-by-another-process', async () => {
    const before = await world.suspects();
    const model = holdModel();
    await world.push();
    await world.inHand();
    expect(await inference().end('SIGKILL')).toBeNull();
    process.kill(model, 'SIGKILL');
    const heir = inference().twin(await freePort(), join(world.installation.folder, 'heir.log'));
    heir.spawn();
    try {
      expect(await world.reckon()).toEqual(world.everything);
      expect(await world.suspects()).toBeGreaterThan(before);
      expect(await heir.end('SIGTERM')).toBe(0);
    } finally {
      await heir.end('SIGKILL');
    }
  });

  it.each([
    [
      'is-missing',
      'INFERENCE_MODEL_MISSING',
      () => ({ folder: join(world.tiny.folder, '../2'), digest: world.tiny.digest }),
    ],
    [
      'is-another-than-the-pinned-one',
      'INFERENCE_MODEL_DIGEST_WRONG',
      () => ({ folder: world.tiny.folder, digest: 'f'.repeat(64) }),
    ],
  ])(
    'a-model-that-%s-does-not-start-and-what-comes-meanwhile-is-answered-later',
    async (what, code, wanted) => {
      await inference().end('SIGTERM');
      const settings = { INFERENCE_MODELS: JSON.stringify([wanted()]) };
      const log = join(world.installation.folder, `${what}.log`);
      const ill = inference().twin(await freePort(), log, settings);
      ill.spawn();
      await world.push();
      expect(await ill.ended()).toBe(1);
      expect(await ill.tail()).toContain(code);
      inference().spawn();
      await inference().ready();
      expect(await world.reckon()).toEqual(world.everything);
    },
  );
});
