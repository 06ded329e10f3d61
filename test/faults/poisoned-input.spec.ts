import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { phantomStudy, type PhantomInstance, type SampleDataSet } from '@sluice/samples';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realDoors, SERVICES, startInstallation, type Installation } from '../installation/installation.js';
import { ArchiveReader } from './archive-reader.js';
import { pushLikeAModality } from './push-like-a-modality.js';

const CLI = fileURLToPath(new URL('../../apps/cli/bin/sluice.js', import.meta.url));
const DEPTH = 20_000;
const skip = process.env['SLUICE_TEST_UNIT'] === '1';

describe.skipIf(skip)('point 5 of "done when": poisoned input and the real services', () => {
  let installation: Installation;
  let archive: ArchiveReader;
  let pushed = 0;
  beforeAll(async () => {
    installation = await startInstallation({ doors: await realDoors() });
    archive = await ArchiveReader.open(installation.doors);
    await push(phantom(1));
    await archive.quiet(1);
  }, 120_000);
  afterAll(async () => {
    await archive?.close();
    await installation?.stop();
  });

  async function push(instance: PhantomInstance): Promise<void> {
    const { acknowledged, refusals } = await pushLikeAModality(installation.dimsePort, [instance], {
      withinMs: 5_000,
    });
    expect(acknowledged.size, JSON.stringify(refusals)).toBe(1);
    pushed += 1;
  }

  /** The next good instance passes every service within five seconds, and all are ready. */
  async function expectTheNextOnePasses(seed: number): Promise<void> {
    const before = await archive.countClean();
    await push(phantom(seed));
    await expect.poll(() => archive.countClean(), { timeout: 5_000, interval: 100 }).toBe(before + 1);
    for (const name of SERVICES)
      expect([name, await installation.services[name].isReady()]).toEqual([name, true]);
  }

  it('bad-json-on-the-corridor-costs-one-dead-letter-per-group', async () => {
    await inject(installation.doors['BUS_URL']!, '{"instanceKey": "MARKER^');
    await expectTheNextOnePasses(2);
    const { code, out } = await sluice(['dead-letters', 'list', '--json'], installation.doors);
    const letters = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { group: string; code: string; topic: string });
    expect(letters.map((letter) => `${letter.group} ${letter.topic} ${letter.code}`).sort()).toEqual([
      'archival instance.received BUS_EVENT_INVALID',
      'encryption instance.received BUS_EVENT_INVALID',
      'scrubbing instance.received BUS_EVENT_INVALID',
    ]);
    expect(out).not.toContain('MARKER');
    expect(code).not.toBe(0);
  }, 60_000);

  it('a-data-set-20000-levels-deep-is-quarantined-once-and-archived-raw', async () => {
    await push(phantom(3, () => [[0x00400275, 'SQ', nested(DEPTH)]]));
    await expectTheNextOnePasses(4);
    await archive.quiet(pushed);
    expect(await archive.quarantined()).toEqual(['SCRUBBING_UNREADABLE']);
    const { out } = await sluice(['dead-letters', 'list', '--json'], installation.doors);
    expect(out.trim().split('\n')).toHaveLength(3);
  }, 60_000);
});

function phantom(seed: number, plant?: (instance: number) => SampleDataSet): PhantomInstance {
  const request = { seed: 77_000 + seed, modality: 'CT', instances: 1, rows: 64, columns: 64 } as const;
  return [...phantomStudy(plant ? { ...request, plant } : request)][0]!;
}

/** Items of a sequence, one in the other, all of undefined length (PS3.5 7.5). */
function nested(depth: number): Buffer {
  const item = Buffer.from('feff00e0ffffffff', 'hex');
  const sequence = Buffer.from('4000750253510000ffffffff', 'hex');
  const ends = Buffer.from('feff0de000000000feffdde000000000', 'hex');
  const down = Buffer.concat(Array.from({ length: depth }, () => Buffer.concat([item, sequence])));
  const up = Buffer.concat(
    Array.from({ length: depth }, () => Buffer.concat([ends.subarray(8), ends.subarray(0, 8)])),
  );
  return Buffer.concat([down, up]);
}

/** Puts bytes on `instance.received` as no room of ours would. */
async function inject(busUrl: string, value: string): Promise<void> {
  const url = new URL(busUrl.replace('kafka:', 'http:'));
  const producer = new Kafka({ brokers: [url.host], logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  const headers = {
    ce_id: 'poison',
    ce_type: 'instance.received.v1',
    ce_source: '/sluice/intake',
    ce_specversion: '1.0',
  };
  const topic = `${url.searchParams.get('topicPrefix')}instance.received`;
  await producer.send({ topic, messages: [{ key: 'poison', value, headers }] });
  await producer.disconnect();
}

async function sluice(args: readonly string[], doors: Readonly<Record<string, string>>) {
  const env = { PATH: process.env['PATH'], ...doors };
  const child = spawn(process.execPath, [CLI, ...args], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return { out, code: code as number };
}
