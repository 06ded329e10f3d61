import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ownDesk } from '../desk.js';
import type { Output } from '../output.js';
import { readAnswer } from './read-answer.js';

let folder: string;
let said: unknown[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-answer-'));
  said = [];
});
afterEach(() => rm(folder, { recursive: true }));

/** Bytes in pieces of seven, as no line ends where a packet does. */
async function* inPieces(text: string): AsyncGenerator<Buffer> {
  for (let at = 0; at < text.length; at += 7) yield Buffer.from(text.slice(at, at + 7));
}

function read(lines: readonly unknown[], words = ['export', '--out', folder]): Promise<number> {
  const output: Output = {
    json: true,
    table: (rows) => void said.push(...rows),
    say: (line) => void said.push(line),
    value: (value) => void said.push(value),
    complain: (text) => void said.push(text),
    progress: (...progress) => void said.push(progress),
  };
  const text = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
  return readAnswer(inPieces(text), words, { output, desk: ownDesk() });
}

const chunk = (text: string) => ({ chunk: Buffer.from(text).toString('base64') });
const refused = { code: 'CLI_DOOR_ANSWER' };

it('tells what it is told and keeps whole files', async () => {
  const lines = [
    { progress: ['exported', 1, 1] },
    { file: 'a.dcm' },
    chunk('one '),
    chunk('two'),
    { kept: true },
    { value: { file: 'a.dcm' } },
    { exit: 1 },
  ];
  expect(await read(lines)).toBe(1);
  expect(said).toEqual([['exported', 1, 1], { file: 'a.dcm' }]);
  expect(await readFile(join(folder, 'a.dcm'), 'utf8')).toBe('one two');
});

it.each([
  ['ends within a file', [{ file: 'a.dcm' }, chunk('one')]],
  ['begins another file within one', [{ file: 'a.dcm' }, chunk('one'), { file: 'b.dcm' }, { kept: true }]],
  ['names a file elsewhere', [{ file: '../a.dcm' }, chunk('one'), { kept: true }, { exit: 0 }]],
  ['names a hidden file', [{ file: '.bashrc' }, chunk('one'), { kept: true }, { exit: 0 }]],
  ['is no JSON', ['<html>', { exit: 0 }]],
  ['says what no door says', [{ run: 'this' }, { exit: 0 }]],
  ['has bytes of no file', [chunk('one'), { exit: 0 }]],
  ['ends without an exit code', [{ say: 'done' }]],
])('does not believe an answer that %s, and nothing of it stands', async (_what, lines) => {
  await expect(read(lines)).rejects.toMatchObject(refused);
  expect(await readdir(folder)).toEqual([]);
});

it('takes no file that was not asked for', async () => {
  const lines = [{ file: 'a.dcm' }, chunk('one'), { kept: true }, { exit: 0 }];
  await expect(read(lines, ['status'])).rejects.toMatchObject(refused);
});
