import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readForgotten } from './forgotten.js';

const ADA = `t1 ${'a'.repeat(64)}`;
const BOB = `t2 ${'b'.repeat(64)}`;

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'sluice-forgotten-'))));
afterEach(() => rm(folder, { recursive: true }));

async function read(text: string): Promise<string[]> {
  const file = join(folder, 'forgotten');
  await writeFile(file, text);
  return [...(await readForgotten(file))];
}

it('has a line for each who was forgotten, the last one with or without its end', async () => {
  expect(await read(`${ADA}\n${BOB}\n`)).toEqual([ADA, BOB]);
  expect(await read(`${ADA}\n${BOB}`)).toEqual([ADA, BOB]);
  expect(await read('')).toEqual([]);
  expect(await readForgotten(undefined)).toEqual(new Set());
});

it.each([
  ['a blank line', `${ADA}\n\n${BOB}\n`, 2],
  ['nothing but a blank line', '\n', 1],
  ['a line from Windows', `${ADA}\r\n`, 1],
  ['two spaces', `${ADA}\n${BOB.replace(' ', '  ')}`, 2],
  ['a name', `${ADA}\nt1 ADA^LOVELACE\n`, 2],
  ['more behind it', `${ADA} today`, 1],
])('is refused whole for %s', async (_what, text, line) => {
  const wrong = { code: 'CLI_USAGE', detail: expect.stringContaining(`line ${line} `) as string };
  await expect(read(text)).rejects.toMatchObject(wrong);
});

it('is refused where it is no file that can be read', async () => {
  for (const file of [folder, join(folder, 'none')])
    await expect(readForgotten(file)).rejects.toMatchObject({ code: 'CLI_USAGE' });
});
