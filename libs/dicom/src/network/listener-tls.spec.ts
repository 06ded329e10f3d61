import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ListenerOptions, ListenerTls } from './listener.types.js';
import { echo, sendInstances } from './sender/sender.js';
import type { SendResult } from './sender/sender.types.js';
import { dcmtk, run, SKIP_DCMTK } from './testing/dcmtk.js';
import { CT_IMAGE, EXPLICIT_LITTLE_ENDIAN, makeDataSet, makeFile } from './testing/made-image.js';
import { openTestRoom, sha256, type TestRoom, until } from './testing/test-room.js';

let folder = '';
const path = (name: string) => join(folder, name);

async function openssl(...args: string[]): Promise<void> {
  const { code, output } = await run('openssl', args);
  if (code !== 0) throw new Error(`openssl failed: ${output}`);
}

/** A certificate for 127.0.0.1, signed by the test's own authority. */
async function certificate(name: string): Promise<void> {
  await openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    path(`${name}.key`),
    '-out',
    path(`${name}.csr`),
    '-subj',
    `/CN=${name}`,
  );
  await writeFile(path('extensions'), 'subjectAltName=IP:127.0.0.1\n');
  const authority = ['-CA', path('ca.crt'), '-CAkey', path('ca.key'), '-CAcreateserial'];
  await openssl(
    'x509',
    '-req',
    '-in',
    path(`${name}.csr`),
    ...authority,
    '-days',
    '2',
    '-extfile',
    path('extensions'),
    '-out',
    path(`${name}.crt`),
  );
}

async function serverTls(name = 'server', more: Partial<ListenerTls> = {}): Promise<ListenerTls> {
  const [key, cert, ca] = await Promise.all(
    [`${name}.key`, `${name}.crt`, 'ca.crt'].map((each) => readFile(path(each))),
  );
  return { key: key!, cert: cert!, ca: ca!, requireClientCertificate: true, ...more };
}

async function room(
  options: Partial<ListenerOptions>,
  handlers: Parameters<typeof openTestRoom>[1] = {},
): Promise<TestRoom> {
  const opened = await openTestRoom(options, handlers);
  onTestFinished(() => opened.listener.close({ graceMs: 0 }));
  return opened;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-tls-'));
  await openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-keyout',
    path('ca.key'),
    '-out',
    path('ca.crt'),
    '-subj',
    '/CN=Test CA',
  );
  for (const name of ['server', 'second', 'client']) await certificate(name);
  await writeFile(path('image.dcm'), makeFile('2.25.500', 524_288));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(SKIP_DCMTK)('TLS with DCMTK', () => {
  const client = () => ['+tls', path('client.key'), path('client.crt'), '+cf', path('ca.crt')];

  it('answers echoscu and takes from storescu, and knows the certificate', async () => {
    const names: (string | string[] | undefined)[] = [];
    const { port, stored } = await room(
      { tls: await serverTls() },
      {
        associate: (association) => {
          names.push(association.certificate?.subject.CN);
          return Promise.resolve({ accept: true });
        },
      },
    );
    const echoed = await dcmtk('echoscu', [...client(), '127.0.0.1', String(port)]);
    expect(echoed.code, echoed.output).toBe(0);
    const sent = await dcmtk('storescu', [...client(), '-R', '127.0.0.1', String(port), path('image.dcm')]);
    expect(sent.code, sent.output).toBe(0);
    expect(stored.map((each) => each.sha256)).toEqual([sha256(makeDataSet('2.25.500', 524_288))]);
    expect(names).toEqual(['client', 'client']);
  });

  it('refuses a client without a certificate when one is required, and takes it when not', async () => {
    const strict = await room({ tls: await serverTls() });
    const anonymous = ['+tla', '+cf', path('ca.crt'), '127.0.0.1'];
    expect((await dcmtk('echoscu', [...anonymous, String(strict.port)])).code).not.toBe(0);
    const open = await room({ tls: await serverTls('server', { requireClientCertificate: false }) });
    expect((await dcmtk('echoscu', [...anonymous, String(open.port)])).code).toBe(0);
  });
});

describe('TLS', () => {
  const peer = async (port: number) => {
    const [ca, key, cert] = await Promise.all(
      ['ca.crt', 'client.key', 'client.crt'].map((name) => readFile(path(name))),
    );
    return {
      host: '127.0.0.1',
      port,
      callingAE: 'SENDER',
      calledAE: 'SLUICE',
      tls: { ca: ca!, key: key!, cert: cert! },
      timeoutMs: 5000,
    };
  };

  it('carries our own sender', async () => {
    const { port, stored } = await room({ tls: await serverTls() });
    const dataSet = makeDataSet('2.25.501', 300_000);
    const results: SendResult[] = [];
    const instance = {
      sopClassUID: CT_IMAGE,
      sopInstanceUID: '2.25.501',
      transferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
      dataSet: () => pieces(dataSet),
    };
    await sendInstances(await peer(port), [instance], (_instance, result) => void results.push(result));
    expect(results).toEqual([{ outcome: 'stored', status: 0, comment: '' }]);
    expect(stored[0]?.sha256).toBe(sha256(dataSet));
  });

  it('is not answered by TLS 1.1, by a weak suite or by plain DICOM', async () => {
    const { port } = await room({ tls: await serverTls('server', { requireClientCertificate: false }) });
    const hello = (options: object) =>
      new Promise<boolean>((resolve) => {
        const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options }, () =>
          resolve(true),
        );
        socket.on('error', () => resolve(false));
        onTestFinished(() => void socket.destroy());
      });
    expect(await hello({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })).toBe(
      false,
    );
    expect(await hello({ maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' })).toBe(false);
    expect(await hello({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES256-SHA384' })).toBe(false);
    expect(await hello({ maxVersion: 'TLSv1.2' })).toBe(true);
    await expect(echo({ ...(await peer(port)), tls: undefined })).rejects.toThrow('DICOM_PEER_UNREACHABLE');
  });

  it('does not open with a key that is none, or with client certificates and nobody to vouch for them', async () => {
    const good = await serverTls();
    await expect(openTestRoom({ tls: { ...good, key: 'none' } })).rejects.toThrow('DICOM_LISTEN_FAILED');
    await expect(
      openTestRoom({ tls: { key: good.key, cert: good.cert, requireClientCertificate: true } }),
    ).rejects.toThrow('DICOM_LISTEN_FAILED');
  });

  it('closes a handshake that never comes', async () => {
    const { port } = await room({ tls: await serverTls(), limits: { associateTimeoutMs: 200 } });
    const socket = connect(port, '127.0.0.1');
    await new Promise((resolve) =>
      socket
        .on('close', resolve)
        .on('error', () => undefined)
        .resume(),
    );
    expect(socket.destroyed).toBe(true);
  });

  it('takes new certificates without a restart', async () => {
    const { port, listener } = await room({
      tls: await serverTls('server', { requireClientCertificate: false }),
    });
    const served = () =>
      new Promise<unknown>((resolve, reject) => {
        const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
          resolve(socket.getPeerCertificate().subject.CN);
          socket.destroy();
        });
        socket.on('error', reject);
      });
    expect(await served()).toBe('server');
    listener.setSecureContext(await serverTls('second', { requireClientCertificate: false }));
    expect(await served()).toBe('second');
  });

  it('leaves nothing behind after refused handshakes', async () => {
    const { port, listener } = await room({ tls: await serverTls() });
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, async () =>
        echo({ ...(await peer(port)), tls: { ca: await readFile(path('ca.crt')) } }),
      ),
    );
    expect(results.map((result) => result.status)).toEqual(Array(10).fill('rejected'));
    await until(() => listener.associations() === 0);
    expect(await echo(await peer(port))).toBe(0);
  });
});

async function* pieces(bytes: Buffer): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 10_000)
    yield await Promise.resolve(bytes.subarray(at, at + 10_000));
}
