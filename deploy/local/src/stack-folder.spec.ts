import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTimeOf } from './processes/process-life.js';
import { stackDown, stackStatus, stackUp } from './stack-folder.js';

const UNIT_ONLY = process.env['SLUICE_TEST_UNIT'] === '1';

describe('a folder without a stack', () => {
  it('says so, and down is no error', async () => {
    const folder = join(tmpdir(), 'sluice-no-such-stack');
    expect(await stackStatus(folder)).toMatchObject({ way: undefined, env: {} });
    expect((await stackDown(folder)).services.filter((service) => service.up)).toEqual([]);
  });
});

describe.skipIf(UNIT_ONLY)('up and down', { timeout: 120_000 }, () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-stack-'));
  });

  afterEach(async () => {
    await stackDown(folder);
    await rm(folder, { recursive: true });
  }, 60_000);

  it('starts all four once for two callers, leaves running ones alone, ends all, and comes back where it was', async () => {
    const [up, other] = await Promise.all([stackUp(folder), stackUp(folder)]);
    expect(other).toEqual(up);
    expect(up.services.map((service) => [service.name, service.up])).toEqual([
      ['kafka', true],
      ['s3', true],
      ['kms', true],
      ['postgres', true],
    ]);
    expect(await stackUp(folder)).toEqual(up);

    const down = await stackDown(folder);
    expect(down.services.filter((service) => service.up)).toEqual([]);
    expect(down.env).toEqual({});
    expect(up.services.map(({ pid }) => pid !== undefined && startTimeOf(pid))).toEqual(
      up.services.map(() => undefined),
    );

    expect((await stackUp(folder)).env).toEqual(up.env);
  });
});
