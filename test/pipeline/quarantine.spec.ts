import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { listQuarantined } from '@sluice/archival/rows/quarantined';
import { quarantine } from '@sluice/cli/commands/quarantine';
import { ownDesk } from '@sluice/cli/desk';
import { type Doors, withDoors } from '@sluice/cli/doors';
import { decide, type Verdict } from '@sluice/cli/quarantine/decide';
import { findQuarantined } from '@sluice/cli/quarantine/find-quarantined';
import { showEveryFrame, showRecord } from '@sluice/cli/quarantine/show';
import type { Output } from '@sluice/cli/output';
import { SluiceError } from '@sluice/contracts';
import { readElements, readFrames } from '@sluice/dicom';
import { type PhantomRequest, phantomStudy } from '@sluice/samples';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pipeline } from './pipeline.js';

vi.setConfig({ testTimeout: 60_000 });

// Nothing reads text here, so nothing proves that a picture shows none.
vi.mock('../../apps/scrubbing/src/pixels/ocr/text-finders.js', () => ({
  openTextFinders: () => ({
    find: () => Promise.reject(new SluiceError('SCRUBBING_TEXT_UNREAD')),
    close: () => Promise.resolve(),
  }),
}));

const IDENTIFIERS = ['Quillwater', 'QW-', 'Millrace'];
const RELEASE: Verdict = {
  decided: 'released',
  by: 'ada',
  reason: 'nothing but the scale is left of Quillwater',
  rectangles: [{ x: 0, y: 0, width: 16, height: 4 }],
};
const REJECTION: Verdict = { decided: 'rejected', by: 'ada', reason: 'a face', rectangles: [] };

let pipeline: Pipeline;
let folder: string;
beforeEach(async () => {
  pipeline = await Pipeline.start();
  folder = await mkdtemp(join(tmpdir(), 'sluice-look-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await pipeline.remove();
  await rm(folder, { recursive: true });
});

const study = (instances: number, more: Partial<PhantomRequest> = {}) => [
  ...phantomStudy({ seed: 11, modality: 'US', instances, rows: 16, columns: 16, ...more }),
];
/** As the command line does it, beside what runs. */
const asPerson = <T>(work: (doors: Doors) => Promise<T>) =>
  withDoors(work, { environment: pipeline.environment });
const waiting = () => listQuarantined(pipeline.index, { undecided: true });
const keyOf = async () => (await waiting())[0]!.held.content_key;
const act = (key: string, verdict: Verdict) =>
  asPerson(async (doors) => decide(doors, await findQuarantined(doors, key), verdict));
const actionsOf = () =>
  asPerson(async (doors) =>
    (await (await doors.audit()).list()).map(({ actor, action, subject }) => [
      actor.name,
      action,
      subject['step'] ?? subject['objectKind'],
    ]),
  );
const stagedObjects = async () =>
  (await pipeline.names('staging/')).filter((name) => !name.startsWith('staging/t1/batch/'));

describe('an image that is held', () => {
  it('can be looked at by a named person, and nobody opens it unrecorded', async () => {
    await pipeline.push(study(1));
    await pipeline.archived();
    expect(await waiting()).toMatchObject([
      { held: { code: 'SCRUBBING_PIXELS_UNPROVEN', modality: 'US', profile: 'basic' } },
    ]);
    const key = await keyOf();
    const files = await asPerson(async (doors) =>
      showRecord(doors, await findQuarantined(doors, key.slice(0, 12)), await ownDesk().folder(folder)),
    );
    expect(files.map((file) => file.slice(folder.length + 1))).toEqual(['facts.json', 'before-000001.png']);
    for (const file of files) expect((await stat(file)).mode & 0o777).toBe(0o600);
    const facts = JSON.parse(await readFile(files[0]!, 'utf8')) as Record<string, unknown>;
    expect(facts).toMatchObject({
      code: 'SCRUBBING_PIXELS_UNPROVEN',
      before: { Modality: 'US', Rows: '16' },
      pictures: [{ when: 'before', file: 'before-000001.png' }],
    });
    const frames = await asPerson(async (doors) =>
      showEveryFrame(doors, await findQuarantined(doors, key), {
        folder: await ownDesk().folder(folder),
        onFrame: () => undefined,
      }),
    );
    expect(frames).toEqual([join(folder, 'frame-000001.png')]);
    expect(await actionsOf()).toEqual(
      expect.arrayContaining([
        [expect.any(String), 'open', 'quarantine'],
        [expect.any(String), 'open', 'raw'],
      ]),
    );
    const said = JSON.stringify(await pipeline.said('instance.quarantined.v1'));
    expect(IDENTIFIERS.filter((word) => said.includes(word))).toEqual([]);
  });

  it('is released with a mask: de-identified, black where the person said, archived, told to analytics', async () => {
    await pipeline.push(study(1));
    await pipeline.archived();
    await act(await keyOf(), RELEASE);
    const [status] = await pipeline.archived({ version: 2 });
    expect(status).toMatchObject({ archivedRaw: 1, archivedClean: 1, quarantined: {}, unsettled: 0 });
    const [row] = await pipeline.objects('clean');
    const clean = await pipeline.open(row!);
    expect(IDENTIFIERS.filter((word) => clean.includes(word))).toEqual([]);
    const [frame] = await Array.fromAsync(readFrames(once(clean)));
    const { bytes, description } = frame!;
    const line = bytes.length / description.rows;
    expect(bytes.subarray(0, 4 * line).every((value) => value === 0)).toBe(true);
    expect(bytes.subarray(4 * line).some((value) => value !== 0)).toBe(true);
    expect(await burnedIn(clean)).toBe('NO');
    expect(await pipeline.said('deid.instance.v1')).toHaveLength(1);
    expect(await waiting()).toEqual([]);
    expect(await stagedObjects()).toEqual([]);
    expect(await actionsOf()).toEqual(
      expect.arrayContaining([
        ['ada', 'quarantine', 'released: asked for'],
        ['ada', 'quarantine', 'released: carried out'],
      ]),
    );
    expect(pipeline.log.lines.join('')).not.toContain('Quillwater');
    expect(JSON.stringify(await pipeline.said('instance.decided.v1'))).not.toContain('Quillwater');
  });

  it('is rejected: archived as it came, settled, off the list, and that is that', async () => {
    await pipeline.push(study(1));
    await pipeline.archived();
    const key = await keyOf();
    await act(key, REJECTION);
    await pipeline.until('it was not rejected', async () => (await waiting()).length === 0 || undefined);
    expect(await pipeline.objects('clean')).toEqual([]);
    expect(await pipeline.objects('raw')).toHaveLength(1);
    expect(await stagedObjects()).toEqual([]);
    await expect(act(key, RELEASE)).rejects.toMatchObject({ code: 'CLI_QUARANTINE_DECIDED' });
    expect(await actionsOf()).toEqual(
      expect.arrayContaining([['ada', 'quarantine', 'rejected: carried out']]),
    );
  });

  it('of a subject that was erased opens for nobody, and cannot be released', async () => {
    await pipeline.push(study(1));
    await pipeline.archived();
    const key = await keyOf();
    vi.unstubAllEnvs();
    await pipeline.eraseSecrets();
    const missing = { code: 'CRYPTO_SECRET_MISSING' };
    const look = asPerson(async (doors) =>
      showRecord(doors, await findQuarantined(doors, key), await ownDesk().folder(folder)),
    );
    await expect(look).rejects.toMatchObject(missing);
    await expect(act(key, RELEASE)).rejects.toMatchObject(missing);
    expect(await pipeline.names('secrets/')).toEqual([]);
  });
});

describe('the command', () => {
  /** As a person types it, in the environment of what runs: its exit code, and what it prints as JSON. */
  async function type(...words: string[]): Promise<{ code: number; rows: Record<string, unknown>[] }> {
    for (const [name, url] of Object.entries(pipeline.environment)) vi.stubEnv(name, url);
    const rows: Record<string, unknown>[] = [];
    const output: Output = {
      json: true,
      table: (lines) => void rows.push(...lines),
      value: (value) => void rows.push(value as Record<string, unknown>),
      say: () => undefined,
      complain: () => undefined,
      progress: () => undefined,
    };
    return { code: await quarantine.run(words, output, ownDesk()), rows };
  }

  it('lists what waits with what to do about it, shows it, and takes one decision', async () => {
    await pipeline.push(study(1));
    await pipeline.archived();
    const listed = await type('list');
    expect(listed).toMatchObject({
      code: 1,
      rows: [{ code: 'SCRUBBING_PIXELS_UNPROVEN', modality: 'US', profile: 'basic', releasable: true }],
    });
    expect(listed.rows[0]?.['hint']).toMatch(/a person must look/);
    const key = String(listed.rows[0]?.['key']);
    const shown = await type('show', key, '--out', folder, '--full');
    expect(shown.rows.map((row) => String(row['file']).slice(folder.length + 1))).toEqual([
      'facts.json',
      'before-000001.png',
      'frame-000001.png',
    ]);
    const rejected = await type('reject', key.slice(0, 16), '--reason', 'not needed');
    expect(rejected).toMatchObject({ code: 0, rows: [{ key, decided: 'rejected' }] });
    await pipeline.until('it was not rejected', async () => (await waiting()).length === 0 || undefined);
    expect(await type('list')).toEqual({ code: 0, rows: [] });
    const { rows } = await type('list', '--all');
    expect(rows).toMatchObject([{ key, decided: 'rejected', by: userInfo().username }]);
    await expect(type('release', key, '--reason', 'after all')).rejects.toMatchObject({
      code: 'CLI_QUARANTINE_DECIDED',
    });
  });
});

describe('what no look can settle', () => {
  it('is rejected only: the second content of one instance', async () => {
    await pipeline.push(study(1, { modality: 'CT' }));
    await pipeline.archived();
    await pipeline.push(study(1, { modality: 'CT', plant: () => [[0x00281052, 'DS', '-1000']] }));
    await pipeline.archived({ version: 2 });
    const key = await keyOf();
    await expect(act(key, RELEASE)).rejects.toMatchObject({ code: 'CLI_QUARANTINE_NOT_RELEASABLE' });
    await act(key, REJECTION);
    await pipeline.until('it was not rejected', async () => (await waiting()).length === 0 || undefined);
  });

  it('is what nobody knows', async () => {
    const look = asPerson((doors) => findQuarantined(doors, '0123456789ab'));
    await expect(look).rejects.toMatchObject({ code: 'CLI_QUARANTINE_UNKNOWN' });
    await expect(asPerson((doors) => findQuarantined(doors, '%'))).rejects.toMatchObject({
      code: 'CLI_USAGE',
    });
  });
});

async function burnedIn(file: Buffer): Promise<string | undefined> {
  let flag: string | undefined;
  await readElements(once(file), ({ tag, value, path }) => {
    if (tag === 0x00280301 && path.length === 0) flag = value?.toString('latin1').trim();
  });
  return flag;
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
