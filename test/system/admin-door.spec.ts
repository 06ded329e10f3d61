import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openAudit } from '@sluice/audit';
import { openDatabase } from '@sluice/database';
import { phantomStudy } from '@sluice/samples';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AdminDoor, startAdminDoor } from '../installation/admin-door.js';
import { freePort } from '../installation/free-port.js';
import { type HeldLine, heldLine } from '../installation/held-line.js';
import type { ServiceProcess } from '../installation/service-process.js';
import { sluice } from '../installation/sluice-command.js';
import { startStandalone, type Standalone } from '../installation/standalone.js';
import { MarkerSearch } from './markers/marker-search.js';
import { markedStudy, TEXT_STEM, UID_STEM } from './markers/marked-study.js';

vi.setConfig({ testTimeout: 120_000 });

/** Together more than sockets hold: who takes none of it has a command in hand. */
const CT = [...phantomStudy({ seed: 31, modality: 'CT', instances: 20, rows: 512, columns: 512 })];
const MARKED = markedStudy(0);
const SEARCH = new MarkerSearch([TEXT_STEM, UID_STEM], MARKED.markers);
const RAW = ['export', '--all', '--kind', 'raw', '--out'];
const ADA = { name: 'ada', may: ['status', 'export', 'dead-letters', 'quarantine list', 'doctor'] };
const BOB = { name: 'bob', may: ['status'] };

let standalone: Standalone;
let door: ServiceProcess;
let admin: AdminDoor;

beforeAll(async () => {
  standalone = await startStandalone();
  const at = (name: string) => join(standalone.folder, name);
  await mkdir(at('files'));
  await mkdir(at('door'));
  for (const [index, { part10 }] of CT.entries()) await writeFile(at(`files/${index}.dcm`), part10);
  for (const { fileName, part10 } of MARKED.instances) await writeFile(at(`files/${fileName}`), part10);
  const settings = { SHUTDOWN_GRACE_MS: '120000', TMPDIR: at('door'), HOME: at('door') };
  const { folder, doors } = standalone;
  admin = await startAdminDoor({ folder, doors, people: [ADA, BOB], settings });
  door = admin.process;
  const to = `SLUICE@127.0.0.1:${standalone.dimsePort}`;
  await sluice(['push', at('files'), '--to', to], { folder: standalone.folder });
  for (;;) {
    const { code, values } = await asked('ada', 'status');
    const written = values.filter((study) => (study['manifest'] as { version: number }).version > 0);
    if (code === 0 && written.length === 2) break;
    await sleep(200);
  }
}, 180_000);
afterAll(async () => {
  await door?.end('SIGKILL');
  await standalone?.stop();
});

const asked = (name: string, ...words: string[]) => admin.ask(name, words);

/** Of the data set: intake writes the file meta anew (PS3.10 7.1). */
const digestOf = (part10: Buffer) =>
  createHash('sha256')
    .update(part10.subarray(144 + part10.readUInt32LE(140)))
    .digest('hex');
const digestAt = async (...path: string[]) => digestOf(await readFile(elsewhere(...path)));
const elsewhere = (...path: string[]) => join(admin.elsewhere, ...path);

/** An export that has come to its middle, through a line that carries no more. */
async function halfExport(out: string): Promise<{ line: HeldLine; ended: ReturnType<typeof asked> }> {
  const line = await heldLine(admin.port, 1_000_000);
  const ended = admin.ask('ada', [...RAW, out], line.port);
  await line.full;
  return { line, ended };
}

/** Whatever the door's process has open that is a file, removed ones included. */
async function openFilesOf(pid: number): Promise<string[]> {
  const files = (await readdir(`/proc/${pid}/fd`)).map((name) => `/proc/${pid}/fd/${name}`);
  const targets = await Promise.all(files.map((file) => readlink(file).catch(() => '')));
  return files.filter((_, at) => /^\/(?!dev\/)/.test(targets[at]!));
}

async function auditOf(action: 'command' | 'export') {
  const database = await openDatabase(standalone.doors['DATABASE_URL']!);
  try {
    const records = await (await openAudit(database)).list({ action });
    return records.map(({ actor, subject, outcome }) => `${actor.name} ${subject['command']} ${outcome}`);
  } finally {
    await database.close();
  }
}

describe('the admin door', () => {
  it('says what the command says at home', async () => {
    const home = await sluice(['status', '--json'], {
      folder: standalone.folder,
      environment: standalone.doors,
    });
    const away = await asked('ada', 'status');
    expect(away.values).toEqual(home.values);
    expect(away.code).toBe(0);
    const dead = await asked('ada', 'dead-letters', 'list');
    expect([dead.code, dead.values]).toEqual([0, []]);
  });

  it('sends what it opens, whole, for its person alone, and keeps nothing of it', async () => {
    const { code, values } = await asked('ada', ...RAW, 'out');
    expect(code).toBe(0);
    const sent = [...CT, ...MARKED.instances].map(({ part10 }) => digestOf(part10)).sort();
    expect(values.map((value) => value['file'])).toHaveLength(sent.length);
    const files = await readdir(elsewhere('out'));
    const got = await Promise.all(files.map((file) => readFile(elsewhere('out', file))));
    expect(got.map(digestOf).sort()).toEqual(sent);
    for (const file of files) expect((await stat(elsewhere('out', file))).mode & 0o077).toBe(0);
    expect((await auditOf('export')).filter((line) => line.startsWith('ada '))).toHaveLength(sent.length);
  });

  it('leaves nothing of it in clear on the disk of the door, or of the installation', async () => {
    // The search sees it where it must be.
    expect((await SEARCH.inFolder(elsewhere('out'))).map(({ form }) => form)).toContain('as such');
    for (const name of await readdir(standalone.folder)) {
      const path = join(standalone.folder, name);
      if (name === 'elsewhere' || name === 'files') continue;
      const found = (await stat(path)).isDirectory() ? SEARCH.inFolder(path) : SEARCH.inFile(path);
      expect(await found, name).toEqual([]);
    }
    for (const file of await openFilesOf(door.pid)) expect(await SEARCH.inFile(file), file).toEqual([]);
  });

  it('leaves no file that is not whole where the connection was cut, and has its place again', async () => {
    for (let cut = 0; cut < 5; cut += 1) {
      const { line, ended } = await halfExport('cut');
      expect(await SEARCH.inFolder(join(standalone.folder, 'door'))).toEqual([]);
      line.close();
      const { code, values } = await ended;
      expect([code, values.at(-1)?.['code']]).toEqual([1, 'CLI_DOOR_ANSWER']);
    }
    const whole = new Set(
      await Promise.all((await readdir(elsewhere('out'))).map((file) => digestAt('out', file))),
    );
    const kept = await readdir(elsewhere('cut'));
    expect(kept.length).toBeLessThan(CT.length);
    for (const file of kept) expect(whole).toContain(await digestAt('cut', file));
    expect((await asked('bob', 'status')).code).toBe(0);
    await vi.waitFor(async () => expect(await door.tail(1_000_000)).toContain('CLI_PERSON_GONE'), {
      timeout: 60_000,
    });
  });

  it('runs for each person what is theirs, and records what was asked', async () => {
    expect((await asked('bob', 'status')).code).toBe(0);
    const refused = await asked('bob', 'export', '--all', '--kind', 'raw', '--out', 'bobs');
    expect([refused.code, refused.values[0]?.['code']]).toEqual([1, 'CLI_NOT_ALLOWED']);
    const part = await asked('ada', 'quarantine', 'release', 'abcdef01', '--reason', 'x');
    expect(part.values[0]?.['code']).toBe('CLI_NOT_ALLOWED');
    expect((await asked('ada', 'quarantine', 'list')).code).toBe(0);
    const commands = await auditOf('command');
    expect(commands).toContain('bob status success');
    expect(commands).toContain('bob export refused');
    expect(commands).toContain('ada quarantine refused');
  });

  it('tells what is wrong with a command, as at home', async () => {
    const { code, values, stderr } = await asked('ada', 'export', '--kind', 'raw');
    expect([code, values[0]?.['code']]).toEqual([2, 'CLI_USAGE']);
    expect(stderr).toContain('sluice export (--study KEY');
  });

  it('connects to no address that a person names', async () => {
    const probing = await asked('ada', 'doctor', '--service', 'http://127.0.0.1:1');
    expect([probing.code, probing.values[0]?.['code']]).toEqual([2, 'CLI_USAGE']);
    const checked = await asked('ada', 'doctor');
    expect(checked.values.filter(({ state }) => state === 'bad')).toEqual([]);
    expect(checked.values.map(({ at }) => at)).toContain('database');
  });

  it('knows nobody without a token, and takes none in clear', async () => {
    const nobody = await asked('eve', 'status');
    expect([nobody.code, nobody.values[0]?.['code']]).toEqual([1, 'CLI_TOKEN_UNKNOWN']);
    const plain = await fetch(`http://127.0.0.1:${door.httpPort}/admin/v1/run`, {
      method: 'POST',
      headers: { authorization: `Bearer ${admin.tokens.get('ada')}` },
      body: JSON.stringify({ words: ['status'] }),
    });
    expect([plain.status, await plain.json()]).toEqual([403, { code: 'CLI_DOOR_NEEDS_TLS' }]);
  });

  it('is not believed under a certificate that nobody signed, and its absence is said', async () => {
    const environment = {
      ADMIN_URL: `https://127.0.0.1:${admin.port}`,
      ADMIN_TOKEN: admin.tokens.get('ada')!,
    };
    const distrusted = await sluice(['status', '--json'], { folder: elsewhere(), environment });
    expect([distrusted.code, distrusted.values[0]?.['code']]).toEqual([3, 'CLI_DOOR_UNREACHABLE']);
    const nowhere = { ...environment, ADMIN_URL: `https://127.0.0.1:${await freePort()}` };
    expect((await sluice(['status'], { folder: elsewhere(), environment: nowhere })).code).toBe(3);
  });

  it('writes no token and no word of a person into its log', async () => {
    const log = await door.tail(1_000_000);
    expect(log).toContain('started');
    for (const token of admin.tokens.values()) expect(log).not.toContain(token);
    expect(log).not.toContain('--reason');
  });

  it('told to stop, it brings what is in hand to its end, takes no more, and ends with 0', async () => {
    const { line, ended } = await halfExport('last');
    const stopped = door.end('SIGTERM');
    await vi.waitFor(async () => expect(await door.isReady()).toBe(false), { timeout: 60_000 });
    const late = await asked('bob', 'status');
    expect([late.code, late.values[0]?.['code']]).toEqual([3, 'CLI_DOOR_BUSY']);
    line.resume();
    expect((await ended).code).toBe(0);
    expect(await readdir(elsewhere('last'))).toHaveLength(CT.length + MARKED.instances.length);
    expect(await stopped).toBe(0);
    line.close();
  });
});
