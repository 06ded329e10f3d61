import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeElement, fileMeta, syntaxOf } from '@sluice/dicom';
import { phantomStudy } from '@sluice/samples';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ownDesk } from '../desk.js';
import { deidentify } from '../commands/deidentify.js';
import type { Output } from '../output.js';
import type { Change } from './difference.js';
import { changeOf } from './difference.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-deidentify-'));
  const [instance] = [...phantomStudy({ seed: 7, modality: 'CT', instances: 1, rows: 8, columns: 8 })];
  await writeFile(join(folder, 'one.dcm'), instance!.part10);
});
afterEach(() => rm(folder, { recursive: true }));

interface Row {
  readonly at: string;
  readonly action: string;
  readonly before: string;
  readonly after: string;
}

function recorded() {
  const rows: Row[] = [];
  const said: string[] = [];
  const output: Output = {
    json: false,
    table: (more) => void rows.push(...(more as unknown as Row[])),
    say: (line) => void said.push(line),
    value: vi.fn(),
    complain: vi.fn(),
    progress: vi.fn(),
  };
  return { rows, said, output };
}

describe('a dry run', () => {
  it('shows each change with both values, and writes nothing but a report for its owner', async () => {
    const { rows, said, output } = recorded();
    const report = join(folder, '..', `${folder.split('/').at(-1)}.report`);
    const code = await deidentify.run(
      [folder, '--dry-run', '--profile', 'research', '--report', report],
      output,
      ownDesk(),
    );
    try {
      expect(code).toBe(0);
      const name = rows.find(({ at }) => at === 'PatientName');
      expect(name).toMatchObject({ action: 'replace', after: 'PSEUDONYM' });
      expect(name?.before).toMatch(/^\w+\^\w+/);
      const date = rows.find(({ at }) => at === 'StudyDate');
      expect(date?.after).toMatch(/^\d{8}$/);
      expect(date?.after).not.toBe(date?.before);
      expect(said.join('\n')).toContain('1 files: 1 released, 0 quarantined, 0 refused');
      expect(await readdir(folder)).toEqual(['one.dcm']);
      expect((await stat(report)).mode & 0o777).toBe(0o600);
      const line = JSON.parse(await readFile(report, 'utf8')) as { changes: Change[] };
      expect(line.changes).toHaveLength(rows.length);
    } finally {
      await rm(report);
    }
  });

  it('says what would be held, and takes a profile of a file', async () => {
    await writeFile(join(folder, 'two.dcm'), Buffer.from('not DICOM at all'));
    const profile = join(folder, 'mine.yaml');
    await writeFile(profile, 'name: mine\nbase: basic\noverrides: [{ at: StudyDate, action: keep }]\n');
    const { rows, said, output } = recorded();
    expect(await deidentify.run([folder, '--dry-run', '--profile', profile], output, ownDesk())).toBe(1);
    expect(said.join('\n')).toContain('two.dcm: quarantined SCRUBBING_UNREADABLE');
    expect(rows.some(({ at }) => at === 'StudyDate')).toBe(false);
  });

  it('has a code of its own for a DICOMDIR', async () => {
    const syntax = '1.2.840.10008.1.2.1';
    const meta = fileMeta({
      ...{ sopClassUID: '1.2.840.10008.1.3.10', sopInstanceUID: '2.25.1', transferSyntaxUID: syntax },
    });
    const flag = encodeElement({ tag: 0x00041212, vr: 'US', value: Buffer.alloc(2) }, syntaxOf(syntax));
    await writeFile(join(folder, 'DICOMDIR'), Buffer.concat([meta, flag]));
    const { said, output } = recorded();
    expect(await deidentify.run([folder, '--dry-run'], output, ownDesk())).toBe(1);
    expect(said.join('\n')).toContain('DICOMDIR: quarantined SCRUBBING_DIRECTORY');
  });

  it('does not begin with a profile that does not hold', async () => {
    await expect(
      deidentify.run([folder, '--dry-run', '--profile', 'nobody'], recorded().output, ownDesk()),
    ).rejects.toMatchObject({
      code: 'SCRUBBING_PROFILE_INVALID',
    });
  });
});

it('a value cannot move the cursor of a terminal, and a long one is cut', () => {
  const element = {
    ...{ tag: 0x00100010, vr: 'PN', lengthBytes: 0, path: [{ tag: 0x00400275, item: 2 }] },
    ...{ privateCreator: undefined, charset: [], littleEndian: true },
    value: Buffer.from(`\x1b[2JErika${'x'.repeat(200)}`),
  };
  const change = changeOf(element, { do: 'remove' });
  expect(change?.at).toBe('RequestAttributesSequence[2]/PatientName');
  expect(change?.before).toMatch(/^·\[2JErikax+… \(209 bytes\)$/);
});
