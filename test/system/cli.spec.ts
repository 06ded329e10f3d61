import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openAudit } from '@sluice/audit';
import { openBus } from '@sluice/bus';
import { sampleReceived } from '@sluice/contracts/testing';
import { openDatabase } from '@sluice/database';
import { phantomStudy, type SampleDataSet, us } from '@sluice/samples';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '../installation/free-port.js';
import { sluice } from '../installation/sluice-command.js';
import { startStandalone, type Standalone } from '../installation/standalone.js';

vi.setConfig({ testTimeout: 60_000 });

const CT = [...phantomStudy({ seed: 21, modality: 'CT', instances: 3, rows: 32, columns: 32 })];
/** More bits stored than allocated: nothing can look at its pixels. */
const plant = (): SampleDataSet => [[0x00280101, 'US', us(17)]];
const US = [...phantomStudy({ seed: 22, modality: 'US', instances: 1, rows: 32, columns: 32, plant })];

let standalone: Standalone;
const run = (...words: string[]) =>
  sluice([...words, '--json'], { folder: standalone.folder, environment: standalone.doors });
const inFolder = (name: string) => join(standalone.folder, name);

beforeAll(async () => {
  standalone = await startStandalone();
  await mkdir(inFolder('files/deeper'), { recursive: true });
  for (const [at, { part10 }] of CT.entries()) await writeFile(inFolder(`files/${at}.dcm`), part10);
  await writeFile(inFolder('files/deeper/us.dcm'), US[0]!.part10);
});
afterAll(() => standalone.stop());

/** Asks again until everything that was pushed is settled. */
async function settled() {
  for (;;) {
    const result = await run('status');
    if (result.code === 0 && result.values.length === 2) return result;
    await sleep(100);
  }
}

describe('sluice push', () => {
  it('sends every file under a folder', async () => {
    const to = `SLUICE@127.0.0.1:${standalone.dimsePort}`;
    const { code, values } = await run('push', inFolder('files'), '--to', to, '--associations', '2');
    expect(values.map((value) => value['outcome'])).toEqual(['stored', 'stored', 'stored', 'stored']);
    expect(code).toBe(0);
  });

  it('ends with 1 when a file could not be sent, and says which and why', async () => {
    await mkdir(inFolder('other'));
    await writeFile(inFolder('other/notes.txt'), 'no image');
    const { code, values } = await run(
      'push',
      inFolder('other'),
      '--to',
      `SLUICE@127.0.0.1:${standalone.dimsePort}`,
    );
    expect(values).toEqual([
      { file: inFolder('other/notes.txt'), outcome: 'unsendable', code: 'DICOM_MALFORMED' },
    ]);
    expect(code).toBe(1);
  });

  it('ends with 2 when the words are wrong', async () => {
    const { code, values, stderr } = await run('push', inFolder('files'), '--to', 'nowhere');
    expect([code, values[0]?.['code']]).toEqual([2, 'CLI_USAGE']);
    expect(stderr).toContain('sluice push FOLDER --to AE@host:port');
  });

  it('ends with 2 when there is no such folder', async () => {
    const to = `SLUICE@127.0.0.1:${standalone.dimsePort}`;
    expect((await run('push', inFolder('nowhere'), '--to', to)).code).toBe(2);
    expect((await run('deidentify', inFolder('nowhere'), inFolder('out'))).code).toBe(2);
  });

  it('ends with 3 when nobody answers there', async () => {
    const { code, values } = await run(
      'push',
      inFolder('files'),
      '--to',
      `SLUICE@127.0.0.1:${await freePort()}`,
    );
    expect([code, values.at(-1)?.['code']]).toEqual([3, 'DICOM_PEER_UNREACHABLE']);
  });

  it('is refused under a name that the peer table does not know', async () => {
    const to = `SLUICE@127.0.0.1:${standalone.dimsePort}`;
    const { code, values } = await run('push', inFolder('files'), '--to', to, '--from', 'STRANGER');
    expect([code, values.at(-1)?.['code']]).toEqual([1, 'DICOM_ASSOCIATION_REJECTED']);
  });
});

describe('sluice status', () => {
  it('tells where each study stands', async () => {
    const { values } = await settled();
    expect(
      values.map((study) => [study['instances'], study['archivedRaw'], study['archivedClean']]).sort(),
    ).toEqual([
      [1, 1, 0],
      [3, 3, 3],
    ]);
  });

  it('prints a table for people', async () => {
    const { stdout } = await sluice(['status'], { folder: standalone.folder, environment: standalone.doors });
    expect(stdout).toMatch(/^study +instances +raw +clean +quarantined/);
    expect(stdout).toContain('1 SCRUBBING_PIXELS_UNPROVEN');
  });
});

describe('sluice export', () => {
  it('opens every clean object into files of its owner alone, and records each opening', async () => {
    const { code, values } = await run('export', '--all', '--kind', 'clean', '--out', inFolder('clean'));
    expect([code, values.length]).toEqual([0, 3]);
    for (const name of await readdir(inFolder('clean'))) {
      expect((await stat(inFolder(`clean/${name}`))).mode & 0o777).toBe(0o600);
      expect((await readFile(inFolder(`clean/${name}`))).includes('Quillwater')).toBe(false);
    }
    expect(await recorded('export')).toBe(3);
  });

  it('opens one study as it came', async () => {
    const { values: studies } = await settled();
    const study = String(studies.find((row) => row['instances'] === 1)?.['studyKey']);
    const { code, values } = await run(
      'export',
      '--study',
      study.slice(0, 16),
      '--kind',
      'raw',
      '--out',
      inFolder('raw'),
    );
    expect([code, values.length]).toEqual([0, 1]);
    const file = await readFile(String(values[0]?.['file']));
    expect(file.includes(US[0]!.dataSet)).toBe(true);
  });

  it('ends with 1 when there is nothing to export, with 2 when the words are wrong', async () => {
    expect(
      (await run('export', '--study', '0'.repeat(64), '--kind', 'raw', '--out', inFolder('none'))).code,
    ).toBe(1);
    expect((await run('export', '--all', '--kind', 'both', '--out', inFolder('none'))).code).toBe(2);
    expect((await run('export', '--kind', 'raw', '--out', inFolder('none'))).code).toBe(2);
  });
});

describe('sluice deidentify', () => {
  it('writes a numbered copy of what it could prove, and a line for each file', async () => {
    const report = inFolder('report.jsonl');
    const { code } = await run(
      'deidentify',
      inFolder('files'),
      inFolder('out'),
      '--profile',
      'basic',
      '--report',
      report,
    );
    const lines = (await readFile(report, 'utf8')).trim().split('\n');
    const outcomes = lines.map((line) => JSON.parse(line) as Record<string, string>);
    expect(outcomes.map(({ input, outcome, code: why }) => [input, outcome, why])).toEqual([
      ['0.dcm', 'released', undefined],
      ['1.dcm', 'released', undefined],
      ['2.dcm', 'released', undefined],
      ['deeper/us.dcm', 'quarantined', 'SCRUBBING_PIXELS_UNPROVEN'],
    ]);
    expect(code).toBe(1);
    expect((await stat(report)).mode & 0o777).toBe(0o600);
    expect(await readdir(inFolder('out'))).toEqual(['000001.dcm', '000002.dcm', '000003.dcm']);
    for (const { output } of outcomes.slice(0, 3))
      expect((await readFile(output!)).includes('Quillwater')).toBe(false);
  });

  it('gives the same copies as the pipeline: the same keys, the same code', async () => {
    const clean = await bytesIn('clean');
    expect(await bytesIn('out')).toEqual(clean);
  });

  it('ends with 2 for a profile that it does not know', async () => {
    expect((await run('deidentify', inFolder('files'), inFolder('out2'), '--profile', 'all')).code).toBe(2);
  });
});

describe('sluice dead-letters', () => {
  it('has none at first', async () => {
    const { code, values } = await run('dead-letters', 'list');
    expect([code, values]).toEqual([0, []]);
  });

  it('lists, shows, retries and discards what will never pass, and records who decided', async () => {
    await publishLost();
    const [letter] = await letters('encryption', 1);
    expect(letter).toMatchObject({
      group: 'encryption',
      topic: 'instance.received',
      code: 'STORE_OBJECT_MISSING',
    });
    const id = String(letter?.['id']);
    const shown = await run('dead-letters', 'show', id, '--group', 'encryption');
    expect([shown.code, shown.values[0]?.['id']]).toEqual([0, id]);
    expect((await run('dead-letters', 'retry', id, '--group', 'encryption')).code).toBe(0);
    const [again] = await letters('encryption', 1, id);
    expect(again?.['code']).toBe('STORE_OBJECT_MISSING');
    expect((await run('dead-letters', 'discard', String(again?.['id']), '--group', 'encryption')).code).toBe(
      0,
    );
    await letters('encryption', 0);
    expect(await recorded('dead-letter')).toBe(2);
  });

  it('ends with 2 without a group, or for a letter that is not there', async () => {
    expect((await run('dead-letters', 'discard', 'x')).code).toBe(2);
    expect((await run('dead-letters', 'show', 'x', '--group', 'encryption')).code).toBe(2);
  });
});

describe('sluice', () => {
  it('says how it is used', async () => {
    const { code, stdout } = await sluice(['help'], { folder: standalone.folder });
    expect(code).toBe(0);
    for (const verb of ['push', 'status', 'export', 'deidentify', 'dead-letters', 'stack', 'demo'])
      expect(stdout).toContain(`sluice ${verb}`);
  });

  it('ends with 2 for a word that it does not know, or settings that are wrong', async () => {
    expect((await run('constructor')).code).toBe(2);
    const wrong = await sluice(['status', '--json'], {
      folder: standalone.folder,
      environment: { DATABASE_URL: 'nonsense' },
    });
    expect([wrong.code, wrong.values[0]?.['code']]).toEqual([2, 'SERVICE_CONFIG_INVALID']);
  });

  it('says that no stack runs in a folder without one, and ends with 3', async () => {
    const { code } = await run('stack', 'status', '--folder', inFolder('no-stack'));
    expect(code).toBe(3);
    expect((await run('stack', 'sideways')).code).toBe(2);
  });
});

async function letters(
  group: string,
  count: number,
  not?: string,
): Promise<readonly Record<string, unknown>[]> {
  for (;;) {
    const { values } = await run('dead-letters', 'list', '--group', group);
    const found = values.filter((value) => value['id'] !== not);
    if (found.length === count) return found;
    await sleep(100);
  }
}

/** An event whose object does not exist: it can never pass. */
async function publishLost(): Promise<void> {
  const bus = await openBus(standalone.doors['BUS_URL']!);
  await bus.publish([
    { id: 'received-lost-1', type: 'instance.received.v1', source: 'intake', data: sampleReceived() },
  ]);
  await bus.close();
}

async function recorded(action: 'export' | 'dead-letter'): Promise<number> {
  const database = await openDatabase(standalone.doors['DATABASE_URL']!);
  const audit = await openAudit(database);
  const records = await audit.list({ action });
  expect((await audit.verify()).intact).toBe(true);
  await database.close();
  return records.length;
}

async function bytesIn(name: string): Promise<string[]> {
  const files = await readdir(inFolder(name));
  return (await Promise.all(files.map((file) => readFile(inFolder(`${name}/${file}`), 'base64')))).sort();
}
