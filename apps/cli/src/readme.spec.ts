import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { AT_THE_DOOR } from './admin/commands-at-the-door.js';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const main = await readFile(new URL('main.ts', import.meta.url), 'utf8');

it('has a row for each command of the program', () => {
  const own = [...main.matchAll(/^ {2}'?([a-z-]+)'?: async \(\) => \(await import/gm)].map(
    ([, name]) => name!,
  );
  expect(own).toContain('announce');
  const rows = readme.split('\n').filter((line) => line.startsWith('| `'));
  const isThere = (name: string) => rows.some((row) => new RegExp(`\`${name}[ \`]`).test(row));
  expect([...own, ...Object.keys(AT_THE_DOOR)].filter((name) => !isThere(name))).toEqual([]);
});

it('names each command that the admin door runs', () => {
  const [, said = ''] = /commands about the installation \(([^)]*)\)/.exec(readme) ?? [];
  const named = [...said.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name);
  expect(named.toSorted()).toEqual(Object.keys(AT_THE_DOOR).toSorted());
});
