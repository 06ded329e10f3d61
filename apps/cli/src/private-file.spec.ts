import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isDraft, privateFile } from './private-file.js';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'sluice-private-'))));
afterEach(() => rm(folder, { recursive: true }));
const file = () => join(folder, 'one.dcm');

async function* chunks(broken?: Error): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.from('first '));
  if (broken) throw broken;
  yield Buffer.from('second');
}

const kept = () =>
  privateFile(file(), async (draft) => {
    await draft.write(chunks());
    await draft.keep();
  });

describe('a private file', () => {
  it('takes its name when all of it is written, for its owner alone', async () => {
    await kept();
    expect(await readdir(folder)).toEqual(['one.dcm']);
    expect(await readFile(file(), 'utf8')).toBe('first second');
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  it('is on its way under a name that says so, for its owner alone', async () => {
    await privateFile(file(), async (draft) => {
      await draft.write(chunks());
      const names = await readdir(folder);
      expect(names.map(isDraft)).toEqual([true]);
      expect((await stat(join(folder, names[0]!))).mode & 0o777).toBe(0o600);
    });
    expect(['one.dcm', 'one.part', 'one.dcm.part', '.part'].filter(isDraft)).toEqual([]);
  });

  it('that cannot be written says so by code and names no path, in a folder that is gone and over a folder', async () => {
    await mkdir(file());
    const wrong = (errno: string) => ({
      code: 'CLI_OUT_UNWRITABLE',
      detail: `a file: ${errno}`,
      message: `CLI_OUT_UNWRITABLE: a file: ${errno}`,
    });
    await expect(kept()).rejects.toMatchObject(wrong('EISDIR'));
    expect(await readdir(folder)).toEqual(['one.dcm']);
    const gone = privateFile(join(folder, 'gone', 'one.dcm'), (draft) => draft.write(chunks()));
    await expect(gone).rejects.toMatchObject(wrong('ENOENT'));
  });

  it('says nothing of its own of what it is written from', async () => {
    const cause = Object.assign(new Error('read'), { code: 'EIO', syscall: 'read' });
    await expect(privateFile(file(), (draft) => draft.write(chunks(cause)))).rejects.toBe(cause);
  });

  it('leaves nothing when what it is written from does not verify', async () => {
    const broken = new Error('the last frame is wrong');
    const attempt = privateFile(file(), async (draft) => {
      await draft.write(chunks(broken));
      await draft.keep();
    });
    await expect(attempt).rejects.toBe(broken);
    expect(await readdir(folder)).toEqual([]);
  });

  it('leaves nothing when it is not kept, and what stood there before as it was', async () => {
    await writeFile(file(), 'before');
    expect(await privateFile(file(), async (draft) => draft.write(chunks()).then(() => 'quarantined'))).toBe(
      'quarantined',
    );
    expect(await readdir(folder)).toEqual(['one.dcm']);
    expect(await readFile(file(), 'utf8')).toBe('before');
  });

  it('takes the place of a file that others may read, and writes through no link', async () => {
    await writeFile(join(folder, 'elsewhere'), 'untouched', { mode: 0o644 });
    await symlink(join(folder, 'elsewhere'), file());
    await kept();
    expect(await readFile(join(folder, 'elsewhere'), 'utf8')).toBe('untouched');
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });
});
