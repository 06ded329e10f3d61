import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { phantomStudy } from '@sluice/samples';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deidentify } from '../commands/deidentify.js';
import { ownDesk } from '../desk.js';
import type { Output } from '../output.js';
import { runCommand } from '../run-command.js';

const CT = [...phantomStudy({ seed: 7, modality: 'CT', instances: 4, rows: 8, columns: 8 })];
const NAMES = ['a.dcm', 'b.dcm', 'c.dcm', 'd.dcm'];

let folder: string;
const at = (name: string) => join(folder, name);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-folder-'));
  vi.stubEnv('STORE_URL', `file:${at('store')}`);
  vi.stubEnv('KEYS_URL', `local:${at('keys')}`);
  await mkdir(at('in'));
  for (const [n, { part10 }] of CT.entries()) await writeFile(at(`in/${NAMES[n]}`), part10);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

interface Line {
  readonly input?: string;
  readonly output?: string;
  readonly outcome?: string;
  readonly code?: string;
  readonly detail?: string;
}

/** Runs the command to its exit code; `after` is called with each line as it is told. */
async function run(words: readonly string[], after: (line: Line) => void = () => {}) {
  const [told, said]: [Line[], string[]] = [[], []];
  const output: Output = {
    ...{ json: true, table: vi.fn(), progress: vi.fn() },
    say: (text) => void said.push(text),
    complain: (text) => void said.push(text),
    value: (value) => {
      told.push(value as Line);
      after(value as Line);
    },
  };
  const code = await runCommand(deidentify, words, { output, desk: ownDesk() });
  return { code, told, said: said.join('\n') };
}

const into = (...more: string[]) => [at('in'), at('out'), '--report', at('report'), ...more];
async function reported(): Promise<Line[]> {
  const lines = (await readFile(at('report'), 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Line);
}
const modeOf = async (name: string) => (await stat(at(name))).mode & 0o777;

describe('OUT', () => {
  it('is made for its owner alone; one that is there and empty stays as open as it is, its files do not', async () => {
    expect((await run(into())).code).toBe(0);
    expect(await modeOf('out')).toBe(0o700);
    await mkdir(at('open'));
    await chmod(at('open'), 0o755);
    expect((await run([at('in'), at('open')])).code).toBe(0);
    expect(await modeOf('open')).toBe(0o755);
    const names = await readdir(at('open'));
    expect(names).toEqual(['000001.dcm', '000002.dcm', '000003.dcm', '000004.dcm']);
    for (const name of names) expect(await modeOf(`open/${name}`)).toBe(0o600);
  });

  it('of an earlier run is refused: what that one released would pass for this one’s', async () => {
    await run(into());
    const before = await readFile(at('report'), 'utf8');
    await rm(at('in/a.dcm'));
    const { code, told, said } = await run(into('--profile', 'research'));
    expect(code).toBe(2);
    expect(told).toEqual([{ code: 'CLI_OUT_NOT_EMPTY', detail: 'names in OUT: 4' }]);
    expect(said).toContain('Name a new folder for each run');
    expect(await readFile(at('report'), 'utf8')).toBe(before);
    expect(await readdir(at('out'))).toHaveLength(4);
  });

  it('of a run that was killed is refused, with the number of files that were never checked, and no name', async () => {
    await mkdir(at('out'));
    for (const name of ['000001.dcm', '000002.dcm'])
      await writeFile(at(`out/${name}.${randomUUID()}.part`), 'half a file');
    await writeFile(at('out/erika.dcm'), 'not ours');
    const { code, told, said } = await run(into());
    expect(code).toBe(2);
    const detail = 'names in OUT: 3; .part files of a run that was killed, never checked, to be deleted: 2';
    expect(told).toEqual([{ code: 'CLI_OUT_NOT_EMPTY', detail }]);
    expect(said).not.toMatch(/erika|0000|half/);
    expect(await readdir(at('out'))).toHaveLength(3);
  });

  it('may be what it is for a dry run, which writes nothing there', async () => {
    await run(into());
    expect((await run([at('in'), at('out'), '--dry-run'])).code).toBe(0);
    expect(await readdir(at('out'))).toHaveLength(4);
  });

  it('may take the report beside the files', async () => {
    expect((await run([at('in'), at('out'), '--report', at('out/report')])).code).toBe(0);
    expect(await readdir(at('out'))).toHaveLength(5);
  });

  it('that is no folder, or a report that cannot be written, ends with 2', async () => {
    await writeFile(at('out'), '');
    const wrong = (detail: string) => [{ code: 'CLI_OUT_UNWRITABLE', detail }];
    expect(await run(into())).toMatchObject({ code: 2, told: wrong('the folder: EEXIST') });
    const noReport = [at('in'), at('out-2'), '--report', at('nowhere/report')];
    expect(await run(noReport)).toMatchObject({ code: 2, told: wrong('the report: ENOENT') });
  });
});

it('IN that is neither folder nor file ends with 2', async () => {
  const told = [{ code: 'CLI_USAGE', detail: 'a folder cannot be read: ENOTDIR' }];
  expect(await run(['/dev/null', at('out')])).toMatchObject({ code: 2, told });
  expect(await readdir(folder)).not.toContain('out');
});

describe('a file that cannot be read', () => {
  /** After the first line the third file has not been begun. */
  const spoiled = (line: Line) => {
    if (line.input !== 'a.dcm') return;
    rmSync(at('in/c.dcm'));
    rmSync(at('in/d.dcm'));
    mkdirSync(at('in/d.dcm'));
  };
  const outcomes = (lines: readonly Line[]) =>
    lines.map(({ input, outcome, code, detail }) => [input, outcome, code, detail]);

  it('is refused, one that vanished and one whose reading fails, and the run goes on', async () => {
    const { code, told } = await run(into(), spoiled);
    expect(code).toBe(1);
    const expected = [
      ['a.dcm', 'released', undefined, undefined],
      ['b.dcm', 'released', undefined, undefined],
      ['c.dcm', 'refused', 'CLI_FILE_UNREADABLE', 'ENOENT'],
      ['d.dcm', 'refused', 'CLI_FILE_UNREADABLE', 'EISDIR'],
    ];
    expect(outcomes(told)).toEqual(expected);
    expect(outcomes(await reported())).toEqual(expected);
    expect(await readdir(at('out'))).toEqual(['000001.dcm', '000002.dcm']);
  });

  it('is refused by a dry run, too', async () => {
    const { code, told } = await run([at('in'), '--dry-run'], spoiled);
    expect(code).toBe(1);
    expect(outcomes(told).slice(2)).toEqual([
      ['c.dcm', 'refused', 'CLI_FILE_UNREADABLE', 'ENOENT'],
      ['d.dcm', 'refused', 'CLI_FILE_UNREADABLE', 'EISDIR'],
    ]);
  });
});

describe('when OUT cannot be written any more', () => {
  it('the run ends with 2, what was released beside the failure has its line, and nothing more is begun', async () => {
    await writeFile(at('in/e.dcm'), CT[0]!.part10);
    const { code, told } = await run(into(), ({ input }) => {
      if (input === 'a.dcm') mkdirSync(at('out/000003.dcm'));
    });
    expect(code).toBe(2);
    expect(told.at(-1)).toEqual({ code: 'CLI_OUT_UNWRITABLE', detail: 'a file: EISDIR' });
    const lines = await reported();
    expect(lines.map(({ input, outcome }) => [input, outcome])).toEqual([
      ['a.dcm', 'released'],
      ['b.dcm', 'released'],
      ['d.dcm', 'released'],
    ]);
    expect(lines.map(({ output }) => output)).toEqual(
      ['000001.dcm', '000002.dcm', '000004.dcm'].map((name) => at(`out/${name}`)),
    );
    expect(await readdir(at('out'))).toEqual(['000001.dcm', '000002.dcm', '000003.dcm', '000004.dcm']);
  });
});

it('a single file has the name in the report that it has in a folder', async () => {
  expect((await run([at('in/b.dcm'), at('out'), '--report', at('report')])).code).toBe(0);
  expect(await reported()).toEqual([{ input: 'b.dcm', output: at('out/000001.dcm'), outcome: 'released' }]);
  expect((await run([at('in/b.dcm'), '--dry-run'])).told).toMatchObject([{ input: 'b.dcm' }]);
});
