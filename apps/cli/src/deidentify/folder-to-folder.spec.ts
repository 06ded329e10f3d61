import { mkdirSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
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

describe('OUT', () => {
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
