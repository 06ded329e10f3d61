import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchFiles } from './watch-files.js';

let folder: string;
const ends: (() => void)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watch-files-'));
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
  rmSync(folder, { recursive: true });
});

/** A mounted Secret: a link to a folder, which is exchanged whole. */
function mount(generation: string, texts: Readonly<Record<string, string>>): void {
  const place = mkdtempSync(join(folder, generation));
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(place, name), text);
  symlinkSync(place, join(folder, `${generation}.link`));
  renameSync(join(folder, `${generation}.link`), join(folder, 'secret'));
}

function watched(take: (texts: Readonly<Record<string, string>>) => void) {
  const refused = vi.fn();
  const files = { CERT: join(folder, 'secret/cert'), KEY: join(folder, 'secret/key') };
  ends.push(watchFiles({ files, take, refused }, 5));
  return refused;
}

it('tells what the files hold when one of them changed, and only then', async () => {
  mount('a', { cert: '1', key: '1' });
  const take = vi.fn();
  watched(take);
  mount('b', { cert: '2', key: '1' });
  await vi.waitFor(() => expect(take).toHaveBeenCalledWith({ CERT: '2', KEY: '1' }));
  mount('c', { cert: '3', key: '3' });
  await vi.waitFor(() => expect(take).toHaveBeenLastCalledWith({ CERT: '3', KEY: '3' }));
  expect(take).toHaveBeenCalledTimes(2);
});

it('says what was refused, and asks again when the other half has come', async () => {
  mount('a', { cert: '1', key: '1' });
  const pairs: string[] = [];
  const refused = watched(({ CERT, KEY }) => {
    if (CERT !== KEY) throw new Error('not a pair');
    pairs.push(String(CERT));
  });
  mount('b', { cert: '2', key: '1' });
  await vi.waitFor(() =>
    expect(refused).toHaveBeenCalledWith(expect.objectContaining({ message: 'not a pair' })),
  );
  mount('c', { cert: '2', key: '2' });
  await vi.waitFor(() => expect(pairs).toEqual(['2']));
});
