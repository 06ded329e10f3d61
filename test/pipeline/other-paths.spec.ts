import { us, phantomStudy, type PhantomRequest, type SampleDataSet } from '@sluice/samples';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pipeline } from './pipeline.js';

vi.setConfig({ testTimeout: 60_000 });

let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await Pipeline.start();
});
afterEach(() => pipeline.remove());

const ct = (instances: number, more: Partial<PhantomRequest> = {}) => [
  ...phantomStudy({ seed: 11, modality: 'CT', instances, rows: 16, columns: 16, ...more }),
];
const stagedObjects = async () =>
  (await pipeline.names('staging/')).filter((name) => !name.startsWith('staging/t1/batch/'));

describe('an image whose pixels may show a name and cannot be read', () => {
  it('is archived as it came, quarantined, and told to nobody', async () => {
    const moreThanAllocated: SampleDataSet = [[0x00280101, 'US', us(17)]];
    const answers = await pipeline.push(ct(2, { modality: 'US', plant: () => moreThanAllocated }));
    expect(answers.map((answer) => answer.outcome)).toEqual(['stored', 'stored']);
    const [study] = await pipeline.archived();
    expect(study).toMatchObject({
      archivedRaw: 2,
      archivedClean: 0,
      quarantined: { SCRUBBING_PIXELS_UNPROVEN: 2 },
    });
    const manifest = await pipeline.manifest(study!);
    expect(manifest.instances.map((line) => [line.verdict, line.code])).toEqual([
      ['quarantined', 'SCRUBBING_PIXELS_UNPROVEN'],
      ['quarantined', 'SCRUBBING_PIXELS_UNPROVEN'],
    ]);
    expect(await pipeline.objects('clean')).toEqual([]);
    expect(await stagedObjects()).toEqual([]);
  });
});

describe('the same UID with other content', () => {
  it('is accepted, kept sealed beside the first, and quarantined as a conflict', async () => {
    const brighter: SampleDataSet = [[0x00281052, 'DS', '-1000']];
    await pipeline.push(ct(1));
    await pipeline.archived();
    const [answer] = await pipeline.push(ct(1, { plant: () => brighter }));
    expect(answer).toMatchObject({ outcome: 'stored', status: 0 });
    const [study] = await pipeline.archived({ version: 2 });
    expect(study).toMatchObject({
      instances: 2,
      archivedRaw: 2,
      archivedClean: 1,
      quarantined: { SCRUBBING_CONFLICT: 1 },
    });
    const [first, second] = await pipeline.objects('raw');
    expect(first?.instance_key).toBe(second?.instance_key);
    expect(first?.content_key).not.toBe(second?.content_key);
    expect(await stagedObjects()).toEqual([]);
  });

  it('is one conflict whichever comes first, when both come at once', async () => {
    const other: SampleDataSet = [[0x00280103, 'US', us(1)]];
    await Promise.all([pipeline.push(ct(1)), pipeline.push(ct(1, { plant: () => other }))]);
    const [study] = await pipeline.archived();
    expect(study).toMatchObject({
      instances: 2,
      archivedRaw: 2,
      archivedClean: 1,
      quarantined: { SCRUBBING_CONFLICT: 1 },
    });
  });
});

describe('the same instance again', () => {
  it('is a success, and no second object', async () => {
    await pipeline.push(ct(2));
    await pipeline.archived();
    const before = await pipeline.names('archive/');
    const answers = await pipeline.push(ct(2));
    expect(answers.map((answer) => answer.outcome)).toEqual(['stored', 'stored']);
    const [study] = await pipeline.archived({ version: 2 });
    expect(study).toMatchObject({ instances: 2, archivedRaw: 2, archivedClean: 2, unsettled: 0 });
    const after = (await pipeline.names('archive/')).filter((name) => !name.includes('/manifest/'));
    expect(after).toEqual(before.filter((name) => !name.includes('/manifest/')));
    expect(await stagedObjects()).toEqual([]);
  });
});

describe('a series that comes late', () => {
  it('makes the next version of the manifest, and keeps the first', async () => {
    await pipeline.push(ct(2));
    const [study] = await pipeline.archived();
    const first = await pipeline.manifest(study!);
    const late: SampleDataSet = [[0x0020000e, 'UI', '2.25.4711']];
    await pipeline.push(ct(4, { plant: () => late }).slice(2));
    const [grown] = await pipeline.archived({ version: 2 });
    expect([first.version, first.instances.length]).toEqual([1, 2]);
    expect(await pipeline.manifest(grown!)).toMatchObject({ version: 2, instances: { length: 4 } });
    expect(await pipeline.names(`archive/t1/manifest/${study!.studyKey}`)).toHaveLength(2);
    const said = await pipeline.said('study.archived.v1', 2);
    expect(said.map((event) => event.data.version).sort()).toEqual([1, 2]);
  });
});

describe('a restart in the middle', () => {
  it('goes on where it was: everything accepted is archived once', async () => {
    await pipeline.push(ct(20));
    await pipeline.restart();
    await pipeline.push(ct(24).slice(20));
    const [study] = await pipeline.archived();
    expect(study).toMatchObject({ instances: 24, archivedRaw: 24, archivedClean: 24, unsettled: 0 });
    expect(await stagedObjects()).toEqual([]);
  });
});
