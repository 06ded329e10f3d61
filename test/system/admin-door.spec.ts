import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openAudit } from '@sluice/audit';
import { openDatabase } from '@sluice/database';
import { phantomStudy } from '@sluice/samples';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeCertificates, type Certificates } from '../installation/certificates.js';
import { freePort } from '../installation/free-port.js';
import { ServiceProcess } from '../installation/service-process.js';
import { sluice } from '../installation/sluice-command.js';
import { startStandalone, type Standalone } from '../installation/standalone.js';

vi.setConfig({ testTimeout: 120_000 });

const CT = [...phantomStudy({ seed: 31, modality: 'CT', instances: 3, rows: 512, columns: 512 })];
const ADA = { name: 'ada', may: ['status', 'export', 'dead-letters', 'quarantine list'] };
const BOB = { name: 'bob', may: ['status'] };

let standalone: Standalone;
let door: ServiceProcess;
let certificates: Certificates;
let adminPort: number;
const tokens = new Map<string, string>();

/** A token as its person gets it, and the entry that knows it. */
async function tokenFor({ name, may }: typeof ADA): Promise<unknown> {
  const words = ['admin-token', name, ...may.flatMap((command) => ['--may', command]), '--json'];
  const { values } = await sluice(words, { folder: standalone.folder });
  tokens.set(name, String(values[0]?.['token']));
  return values[0]?.['entry'];
}

beforeAll(async () => {
  standalone = await startStandalone();
  const at = (name: string) => join(standalone.folder, name);
  await mkdir(at('files'));
  for (const [index, { part10 }] of CT.entries()) await writeFile(at(`files/${index}.dcm`), part10);
  certificates = await makeCertificates(standalone.folder);
  await writeFile(at('people.json'), JSON.stringify([await tokenFor(ADA), await tokenFor(BOB)]));
  adminPort = await freePort();
  door = new ServiceProcess('cli', {
    httpPort: await freePort(),
    logFile: at('admin.log'),
    words: ['admin-door'],
    environment: {
      ...standalone.doors,
      ADMIN_PEOPLE_FILE: at('people.json'),
      ADMIN_TLS_CERT_FILE: certificates.server.cert,
      ADMIN_TLS_KEY_FILE: certificates.server.key,
      ADMIN_HOST: '127.0.0.1',
      ADMIN_PORT: String(adminPort),
    },
  });
  door.spawn();
  await door.ready();
  const to = `SLUICE@127.0.0.1:${standalone.dimsePort}`;
  await sluice(['push', at('files'), '--to', to], { folder: standalone.folder });
  for (;;) {
    const { code, values } = await asked('ada', 'status');
    if (code === 0 && values[0] && (values[0]['manifest'] as { version: number }).version > 0) break;
    await sleep(200);
  }
}, 180_000);
afterAll(async () => {
  const code = await door?.end('SIGTERM');
  await standalone?.stop();
  expect(code).toBe(0);
});

/** As a person elsewhere types it: an address, a token, and no door of the installation. */
async function asked(name: string, ...words: string[]) {
  const folder = join(standalone.folder, 'elsewhere');
  await mkdir(folder, { recursive: true });
  const environment = {
    ADMIN_URL: `https://127.0.0.1:${adminPort}`,
    ADMIN_TOKEN: tokens.get(name) ?? 'x'.repeat(43),
    ADMIN_CA_FILE: certificates.ca,
  };
  return sluice([...words, '--json'], { folder, environment });
}

const elsewhere = (...path: string[]) => join(standalone.folder, 'elsewhere', ...path);

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
    const words = ['export', '--all', '--kind', 'raw', '--out', 'out'];
    const { code, values } = await asked('ada', ...words);
    expect(code).toBe(0);
    expect(values.map((value) => value['file'])).toHaveLength(3);
    const files = await readdir(elsewhere('out'));
    const sent = CT.map(({ part10 }) => part10.toString('latin1').slice(-500_000)).sort();
    const got = await Promise.all(files.map((file) => readFile(elsewhere('out', file), 'latin1')));
    expect(got.map((text) => text.slice(-500_000)).sort()).toEqual(sent);
    for (const file of files) expect((await stat(elsewhere('out', file))).mode & 0o077).toBe(0);
    expect((await auditOf('export')).filter((line) => line.startsWith('ada '))).toHaveLength(3);
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

  it('knows nobody without a token, and takes none in clear', async () => {
    const nobody = await asked('eve', 'status');
    expect([nobody.code, nobody.values[0]?.['code']]).toEqual([1, 'CLI_TOKEN_UNKNOWN']);
    const plain = await fetch(`http://127.0.0.1:${door.httpPort}/admin/v1/run`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.get('ada')}` },
      body: JSON.stringify({ words: ['status'] }),
    });
    expect([plain.status, await plain.json()]).toEqual([403, { code: 'CLI_DOOR_NEEDS_TLS' }]);
  });

  it('is not believed under a certificate that nobody signed, and its absence is said', async () => {
    const environment = {
      ADMIN_URL: `https://127.0.0.1:${adminPort}`,
      ADMIN_TOKEN: tokens.get('ada')!,
    };
    const distrusted = await sluice(['status', '--json'], { folder: elsewhere(), environment });
    expect([distrusted.code, distrusted.values[0]?.['code']]).toEqual([3, 'CLI_DOOR_UNREACHABLE']);
    const nowhere = { ...environment, ADMIN_URL: `https://127.0.0.1:${await freePort()}` };
    expect((await sluice(['status'], { folder: elsewhere(), environment: nowhere })).code).toBe(3);
  });

  it('writes no token and no word of a person into its log', async () => {
    const log = await door.tail(1_000_000);
    expect(log).toContain('started');
    for (const token of tokens.values()) expect(log).not.toContain(token);
    expect(log).not.toContain('--reason');
  });
});
