import { openStore } from '@sluice/store';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Installation, realDoors, startInstallation } from '../installation/installation.js';
import { sluice, type CommandResult } from '../installation/sluice-command.js';
import { startStandalone } from '../installation/standalone.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const UNIT = process.env['SLUICE_TEST_UNIT'] === '1';
const red = ({ values }: CommandResult) =>
  values
    .filter((row) => row['state'] === 'bad')
    .map((row) => `${String(row['at'])}: ${String(row['check'])}`);

async function objectsBelowProbe(url: string): Promise<unknown[]> {
  const store = await openStore(url);
  const left = await Array.fromAsync(store.list('probe/'));
  await store.close();
  return left;
}

describe.skipIf(UNIT)('sluice doctor on real doors', () => {
  let installation: Installation;
  beforeAll(async () => {
    installation = await startInstallation({ doors: await realDoors() });
  });
  afterAll(() => installation?.stop());
  const doctor = (environment: Readonly<Record<string, string>> = {}, ...words: string[]) =>
    sluice(['doctor', '--json', ...words], {
      folder: installation.folder,
      environment: { ...installation.doors, ...environment },
    });

  it('finds nothing red in a running installation, and leaves nothing behind', async () => {
    const services = Object.values(installation.services).map(
      ({ httpPort }) => `http://127.0.0.1:${httpPort}`,
    );
    const echo = `SLUICE@127.0.0.1:${installation.dimsePort}`;
    const PEERS = JSON.stringify([{ name: 'local', tenant: 't1', aeTitle: 'LOCAL', echo }]);
    const flags = services.flatMap((url) => ['--service', url]);
    const result = await doctor({ PEERS }, '--from', 'LOCAL', ...flags);
    expect(red(result)).toEqual([]);
    expect(result.code).toBe(0);
    expect([...new Set(result.values.map((row) => row['at']))]).toEqual([
      'settings',
      'bus',
      'store',
      'keys',
      'database',
      'peers',
      'services',
    ]);
    expect(result.values.filter((row) => row['at'] === 'services')).toHaveLength(4);
    expect(await objectsBelowProbe(installation.doors['STORE_URL'] ?? '')).toEqual([]);
  });

  it('prints what is wrong with its fix, and exits with 1', async () => {
    await installation.services.scrubbing.end('SIGKILL');
    const url = `http://127.0.0.1:${installation.services.scrubbing.httpPort}`;
    const KEYS_URL = `${installation.doors['KEYS_URL'] ?? ''}&aliasPrefix=alias/nowhere-`;
    const BUS_URL = `${installation.doors['BUS_URL'] ?? ''}x.`;
    const ill = { KEYS_URL, BUS_URL, DATABASE_URL: 'postgres://nobody:MARKER@127.0.0.1:1/nowhere' };
    const result = await doctor(ill, '--service', url, '--object-lock', '--echo', 'NOBODY@127.0.0.1:1');
    expect(result.code).toBe(1);
    expect(red(result)).toEqual(
      expect.arrayContaining([
        'bus: topics',
        'store: object lock',
        'keys: key archive',
        'database: reachable',
        'peers: NOBODY@127.0.0.1:1',
        `services: ${url}`,
      ]),
    );
    for (const row of result.values) if (row['state'] === 'bad') expect(row['fix']).toMatch(/.{8,}/);
    const table = await sluice(['doctor'], {
      folder: installation.folder,
      environment: { ...installation.doors, ...ill },
    });
    expect(table.stdout).toMatch(/^at +check +state +found +fix$/m);
    expect(table.stdout).toMatch(/^database +reachable +RED .*DATABASE_URL/m);
    expect(`${table.stdout}${table.stderr}`).not.toContain('MARKER');
  });
});

it('sluice doctor finds nothing red on embedded doors in use', async () => {
  const standalone = await startStandalone();
  const result = await sluice(
    ['doctor', '--json', '--service', `http://127.0.0.1:${standalone.process.httpPort}`],
    { folder: standalone.folder, environment: standalone.doors },
  );
  expect(red(result)).toEqual([]);
  expect(result.code).toBe(0);
  expect(await objectsBelowProbe(standalone.doors['STORE_URL'] ?? '')).toEqual([]);
  await standalone.stop();
});
