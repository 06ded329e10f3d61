import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { archivalTables } from '@sluice/archival/doors';
import { DeidInstanceV1 } from '@sluice/contracts';
import { openKeys } from '@sluice/crypto';
import { openDatabase } from '@sluice/database';
import { phantomStudy } from '@sluice/samples';
import { openStore, secretShelf } from '@sluice/store';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeCertificates, type Certificates } from '../installation/certificates.js';
import { runTool } from '../installation/foreign-tool.js';
import { freePort } from '../installation/free-port.js';
import { LOCAL_PEER, realDoors, startInstallation, type Installation } from '../installation/installation.js';
import { identityOf, storeScu, type Sent } from './store-scu.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

const SHARED = fileURLToPath(new URL('../../../shared/dicom', import.meta.url));
const UNIT = process.env['SLUICE_TEST_UNIT'] === '1';

let folder: string;
let files: string[];
let certificates: Certificates;
let tlsPort: number;
let installation: Installation;
let accepted = new Set<string>();

beforeAll(async () => {
  if (UNIT) return;
  folder = await mkdtemp(join(tmpdir(), 'sluice-senders-'));
  files = existsSync(SHARED) ? await filesUnder(SHARED) : await phantomsIn(join(folder, 'phantoms'));
  certificates = await makeCertificates(folder);
  tlsPort = await freePort();
  const fingerprint = new X509Certificate(await readFile(certificates.client.cert)).fingerprint256;
  installation = await startInstallation({
    doors: await realDoors(),
    peers: [
      { ...LOCAL_PEER, aeTitle: 'STORESCU' },
      { name: 'sender', tenant: 't1', aeTitle: 'DCMSEND' },
      { name: 'bound', tenant: 't1', aeTitle: 'BOUND', certificate: fingerprint },
    ],
    settings: {
      DIMSE_TLS_PORT: String(tlsPort),
      HTTPS_PORT: String(await freePort()),
      TLS_CERT_FILE: certificates.server.cert,
      TLS_KEY_FILE: certificates.server.key,
      TLS_CA_FILE: certificates.ca,
    },
  });
});
afterAll(async () => {
  await installation?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const plain = () => ['127.0.0.1', String(installation.dimsePort)];
const overTls = () => [...certified(), '127.0.0.1', String(tlsPort)];
const certified = () => ['+tls', certificates.client.key, certificates.client.cert, '+cf', certificates.ca];

describe.skipIf(UNIT)('done when 2: foreign senders, each service its own process, on real doors', () => {
  it('echoscu is answered', async () => {
    expect((await runTool('echoscu', ['-aet', 'STORESCU', ...plain()])).code).toBe(0);
  });

  it('echoscu is answered over TLS, and not without a certificate', async () => {
    expect((await runTool('echoscu', ['-aet', 'BOUND', ...overTls()])).code).toBe(0);
    const nameless = ['+tla', '+cf', certificates.ca, '127.0.0.1', String(tlsPort)];
    expect((await runTool('echoscu', ['-aet', 'BOUND', ...nameless])).code).not.toBe(0);
  });

  it('a peer that is bound to a certificate is nobody without it', async () => {
    expect((await runTool('echoscu', ['-aet', 'BOUND', ...plain()])).code).not.toBe(0);
  });

  it('storescu gets an answer for every file that it can propose', async () => {
    const sent: Sent[] = [];
    for (const file of files) sent.push(await storeScu(file, ['-aet', 'STORESCU', ...plain()]));
    report(sent);
    expect(sent.filter((one) => one.outcome !== 'success' && one.message === '')).toEqual([]);
    accepted = new Set(sent.filter((one) => one.outcome === 'success').map((one) => one.sopInstanceUID));
    expect(accepted.size).toBeGreaterThan(0);
  });

  it('storescu over TLS too', async () => {
    const some = files.slice(0, 10);
    const sent: Sent[] = [];
    for (const file of some) sent.push(await storeScu(file, ['-aet', 'BOUND', ...overTls()]));
    expect(sent.filter((one) => one.outcome === 'success').length).toBeGreaterThan(0);
    for (const one of sent) if (one.outcome === 'success') accepted.add(one.sopInstanceUID);
  });

  it('dcmsend sends every file that it can read in one run', async () => {
    const reportFile = join(folder, 'dcmsend.txt');
    const words = ['-nh', '-dn', '+crf', reportFile, '-aet', 'DCMSEND', ...plain(), ...files];
    const { stdout, stderr } = await runTool('dcmsend', words);
    const stored = storedIn(await readFile(reportFile, 'utf8'));
    if (stored.length === 0) throw new Error(`dcmsend sent nothing: ${stdout}${stderr}`);
    for (const file of stored) accepted.add((await identityOf(file)).sopInstanceUID);
  });

  it('everything that got success is archived as it came', async () => {
    const { doors } = installation;
    const database = await openDatabase(doors['DATABASE_URL']!);
    const store = await openStore(doors['STORE_URL']!);
    const keys = await openKeys(doors['KEYS_URL']!, { shelf: secretShelf(store), database });
    const tenantKeys = await keys.tenant('t1', ['tenant-identity']);
    const keyOf = (uid: string) => tenantKeys.identity('instance', 't1', uid);
    await vi.waitFor(
      async () => {
        const rows = await archivalTables(database)
          .selectFrom('archival_objects')
          .select('instance_key')
          .where('kind', '=', 'raw')
          .execute();
        const archived = new Set(rows.map((row) => row.instance_key));
        expect([...accepted].filter((uid) => !archived.has(keyOf(uid)))).toEqual([]);
        expect(archived.size).toBe(accepted.size);
      },
      { timeout: 120_000, interval: 500 },
    );
    await Promise.all([keys.close(), store.close(), database.close()]);
  });

  it('kcat reads the analytics topic: allow-listed JSON, its key, and no time or trace', async () => {
    const records = await analytics();
    expect(records.length).toBeGreaterThan(0);
    for (const { key, payload, headers, ts } of records) {
      const data = DeidInstanceV1.parse(JSON.parse(payload));
      expect(key).toBe(data.SOPInstanceUID);
      expect(accepted.has(key)).toBe(false);
      expect(ts).toBe(0);
      expect(Object.keys(headers).sort()).toEqual([
        'ce_id',
        'ce_source',
        'ce_specversion',
        'ce_type',
        'content-type',
      ]);
      expect(headers).toMatchObject({
        ce_specversion: '1.0',
        ce_type: 'deid.instance.v1',
        ce_source: '/sluice/archival',
      });
    }
  });
});

interface AnalyticsRecord {
  readonly key: string;
  readonly payload: string;
  readonly ts: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Everything on the tenant's analytics topic, as kcat reads it. */
async function analytics(): Promise<AnalyticsRecord[]> {
  const url = new URL(installation.doors['BUS_URL']!);
  const topic = `${url.searchParams.get('topicPrefix')}deid.t1.instance.v1`;
  await sleep(1000);
  const { stdout } = await runTool('kcat', [
    '-C',
    '-e',
    '-q',
    '-J',
    '-o',
    'beginning',
    '-b',
    url.host,
    '-t',
    topic,
  ]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const record = JSON.parse(line) as Omit<AnalyticsRecord, 'headers'> & { headers?: string[] };
      const flat = record.headers ?? [];
      const pairs = flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] ?? ''] as const] : []));
      return { ...record, headers: Object.fromEntries(pairs) };
    });
}

/** Files that dcmsend's report calls sent with success. */
function storedIn(text: string): string[] {
  return text
    .split(/\n\n+/)
    .filter((part) => /DIMSE Status\s*: 0x0000/.test(part))
    .flatMap((part) => /Filename\s*: (.*)/.exec(part)?.[1] ?? []);
}

function report(sent: readonly Sent[]): void {
  const name = (file: string) => file.replace(`${SHARED}/`, '');
  const others = sent.filter((one) => one.outcome !== 'success');
  console.log(
    [
      `storescu: ${sent.length} files, ${sent.length - others.length} stored`,
      ...others.map((one) => `  ${one.outcome}: ${name(one.file)}: ${one.message}`),
    ].join('\n'),
  );
}

async function filesUnder(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function phantomsIn(target: string): Promise<string[]> {
  console.warn('../shared/dicom is not here: generated images are sent');
  await mkdir(target);
  const study = phantomStudy({ seed: 31, modality: 'CT', instances: 12, rows: 128, columns: 128 });
  for (const { part10, sopInstanceUID } of study)
    await writeFile(join(target, `${sopInstanceUID}.dcm`), part10);
  return filesUnder(target);
}
