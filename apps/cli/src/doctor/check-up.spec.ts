import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '@sluice/service';
import { describe, expect, it } from 'vitest';
import { type CheckUp, checkUp } from './check-up.js';
import { checkPeers } from './check-peers.js';
import { checkServices } from './check-services.js';
import { checkSettings } from './check-settings.js';
import { DoctorSettings } from './settings.js';

const EMBEDDED = {
  BUS_URL: 'embedded:bus',
  STORE_URL: 'file:store',
  KEYS_URL: 'local:keys',
  DATABASE_URL: 'sqlite:sluice.db',
};
const REAL = {
  BUS_URL: 'kafka://kafka-0:9092,kafka-1:9092?tls=true',
  STORE_URL: 's3://bucket?endpoint=https://store',
  KEYS_URL: 'aws-kms:?region=eu-central-1',
  DATABASE_URL: 'postgres://archival@database:5432/sluice?sslmode=verify-full',
};
const ASKED: CheckUp = { echo: [], callingAE: 'SLUICE', services: [] };
const said = async (settings: typeof REAL) =>
  (await checkSettings(settings))
    .filter(({ state }) => state !== 'ok')
    .map(({ check, state }) => `${check} ${state}`);

describe('settings', () => {
  it.each<[string, Partial<typeof REAL>, string[]]>([
    ['real doors, each line closed', {}, []],
    [
      'all on this machine',
      {
        STORE_URL: 's3://b?endpoint=http://127.0.0.1:7070',
        KEYS_URL: 'aws-kms:?endpoint=http://localhost:5000',
      },
      [],
    ],
    ['one embedded door beside real ones', { DATABASE_URL: 'sqlite:/data/sluice.db' }, ['doors bad']],
    ['data keys in clear', { KEYS_URL: 'aws-kms:?endpoint=http://kms:5000' }, ['KEYS_URL bad']],
    ['objects in clear', { STORE_URL: 's3://b?endpoint=http://store:7070' }, ['STORE_URL note']],
    ['one broker in clear', { BUS_URL: 'kafka://127.0.0.1:9092,kafka:9092' }, ['BUS_URL note']],
    [
      'a database in clear',
      { DATABASE_URL: 'postgres://a:b@127.0.0.1:5432,db:5432/sluice?sslmode=require' },
      ['DATABASE_URL note'],
    ],
  ])('%s', async (_, settings, expected) => {
    expect(await said({ ...REAL, ...settings })).toEqual(expected);
  });

  it('all embedded is for one machine, and right', async () => {
    expect(await said(EMBEDDED)).toEqual([]);
  });
});

describe('an installation that is not there', () => {
  it('has a red row for each door, and is not made', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-doctor-'));
    const at = (url: string) => url.replace(':', `:${folder}/`);
    const environment = Object.fromEntries(Object.entries(EMBEDDED).map(([name, url]) => [name, at(url)]));
    const rows = await checkUp(readSettings(DoctorSettings, environment), ASKED);
    expect(rows.filter(({ state }) => state === 'bad').map((row) => `${row.at} ${row.found}`)).toEqual(
      ['bus', 'store', 'keys', 'database'].map((door) => `${door} nothing is there`),
    );
    for (const { state, fix } of rows) if (state === 'bad') expect(fix).toBeTruthy();
    const notes = rows.filter(({ at, state }) => at === 'peers' && state === 'note');
    expect(notes.map(({ found }) => found)).toEqual(["no peer table: tenants' topics not looked at"]);
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  });
});

describe('peers', () => {
  it('are asked where they say that they listen; who does not is named once', async () => {
    const peer = (name: string, echo?: string) => ({
      name,
      tenant: 't1',
      issuer: '',
      addresses: [],
      ...(echo && { echo }),
    });
    const findings = await checkPeers(
      [peer('ct-1', 'CT1@127.0.0.1:1'), peer('ct-2'), peer('ct-3')],
      ['no address'],
      'SLUICE',
    );
    expect(findings).toMatchObject([
      { check: 'ct-1', state: 'bad', found: expect.stringContaining('DICOM_PEER_UNREACHABLE') },
      { check: 'no address', state: 'bad', found: 'not an address' },
      { check: 'not asked', state: 'note', found: '2 of 3 peers' },
    ]);
  });
});

describe('services', () => {
  it('that are ready, not ready, something else, or away', async () => {
    const server = createServer((request, response) => {
      const ready = request.headers.host?.startsWith('localhost');
      if (request.headers.host?.startsWith('127.0.0.2')) return response.end('hello');
      const checks = { 'intake.store': ready ? 'ok' : 'failing' };
      return response
        .writeHead(ready ? 200 : 503, { 'content-type': 'application/json' })
        .end(JSON.stringify({ ready, phase: 'open', checks }));
    }).listen(0, '0.0.0.0');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const hosts = ['localhost', '127.0.0.1', '127.0.0.2'].map((host) => `http://${host}:${port}`);
    const findings = await checkServices([...hosts, 'http://127.0.0.1:1']);
    server.closeAllConnections();
    server.close();
    expect(findings.map(({ state, found }) => `${state}: ${found}`)).toEqual([
      'ok: ready, 1 checks',
      'bad: not ready: open, failing: intake.store',
      'bad: answers 200, but is no service of Sluice',
      'bad: no answer',
    ]);
  });
});
