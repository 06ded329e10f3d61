import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SluiceError } from '@sluice/contracts';
import dcmjsDimse from 'dcmjs-dimse';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ListenerHandlers, ListenerOptions } from './listener.types.js';
import { dcmtk, SKIP_DCMTK } from './testing/dcmtk.js';
import { EXPLICIT_LITTLE_ENDIAN, makeDataSet, makeFile } from './testing/made-image.js';
import { dataPdu, RawPeer, statusOf, storeCommand } from './testing/raw-peer.js';
import { openTestRoom, sha256, type TestRoom, until } from './testing/test-room.js';

const PIXEL_BYTES = 524_288;
let folder = '';
let files: string[] = [];

async function room(
  options: Partial<ListenerOptions> = {},
  handlers: Partial<ListenerHandlers> = {},
): Promise<TestRoom> {
  const opened = await openTestRoom(options, handlers);
  onTestFinished(() => opened.listener.close({ graceMs: 0 }));
  return opened;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-dimse-'));
  files = Array.from({ length: 12 }, (_, index) => join(folder, `${index}.dcm`));
  await Promise.all(files.map((file, index) => writeFile(file, makeFile(`2.25.10${index}`, PIXEL_BYTES))));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(SKIP_DCMTK)('listener with DCMTK', () => {
  it('answers echoscu', async () => {
    const { port, listener, endings } = await room();
    const { code, output } = await dcmtk('echoscu', ['-v', '127.0.0.1', String(port)]);
    expect(output).toContain('Received Echo Response (Success)');
    expect(code).toBe(0);
    await until(() => listener.associations() === 0);
    expect(endings).toEqual(['released']);
  });

  it('takes from storescu what was sent, to the byte', async () => {
    const { port, stored } = await room();
    const { code, output } = await dcmtk('storescu', ['-R', '127.0.0.1', String(port), ...files]);
    expect(code, output).toBe(0);
    const sent = files.map((_, index) => sha256(makeDataSet(`2.25.10${index}`, PIXEL_BYTES)));
    expect(stored.map((each) => each.sha256)).toEqual(sent);
    expect(stored[0]).toMatchObject({
      transferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
      sopInstanceUID: '2.25.100',
    });
  });

  it('takes two associations at once, from dcmsend and from storescu with small PDUs', async () => {
    const { port, stored } = await room({ limits: { maxPduBytes: 4096 } });
    const results = await Promise.all([
      dcmtk('dcmsend', ['127.0.0.1', String(port), ...files]),
      dcmtk('storescu', ['-R', '--max-pdu', '4096', '127.0.0.1', String(port), ...files]),
    ]);
    expect(results.map((result) => result.code)).toEqual([0, 0]);
    expect(stored).toHaveLength(24);
    expect(new Set(stored.map((each) => each.sha256)).size).toBe(12);
  });

  it('tells storescu the status and goes on with the next instance', async () => {
    const codes = ['STORE_OUT_OF_SPACE', 'DICOM_MALFORMED', 'STORE_UNAVAILABLE'] as const;
    let count = 0;
    const { port, observed } = await room(
      {},
      { store: () => Promise.reject(new SluiceError(codes[count++ % 3]!)) },
    );
    const { output } = await dcmtk('storescu', [
      '-v',
      '-nh',
      '-R',
      '127.0.0.1',
      String(port),
      ...files.slice(0, 3),
    ]);
    expect(output.match(/Received Store Response \(.*\)/g)).toHaveLength(3);
    expect(
      observed.filter((each) => each.what === 'answered').map((each) => [each.status, each.code]),
    ).toEqual([
      [0xa700, 'STORE_OUT_OF_SPACE'],
      [0xc000, 'DICOM_MALFORMED'],
      [0xa700, 'STORE_UNAVAILABLE'],
    ]);
  });

  it('rejects another called AE title and an association that the room refuses', async () => {
    const { port } = await room(
      { aeTitle: 'SLUICE' },
      { associate: () => Promise.resolve({ accept: false, result: 1, source: 1, reason: 3 }) },
    );
    const wrong = await dcmtk('echoscu', ['-aec', 'OTHER', '127.0.0.1', String(port)]);
    expect(wrong.output).toContain('Called AE Title Not Recognized');
    const refused = await dcmtk('echoscu', ['-aec', 'SLUICE', '127.0.0.1', String(port)]);
    expect(refused.output).toContain('Calling AE Title Not Recognized');
  });
});

describe('listener with dcmjs-dimse', () => {
  it('answers C-ECHO and takes a C-STORE', async () => {
    const { port, stored, endings } = await room();
    const { Client, requests } = dcmjsDimse;
    dcmjsDimse.log.setLevel('error');
    const client = new Client();
    const statuses: number[] = [];
    for (const request of [new requests.CEchoRequest(), new requests.CStoreRequest(files[3]!)]) {
      request.on('response', (response) => void statuses.push(response.getStatus()));
      client.addRequest(request);
    }
    await new Promise((resolve, reject) => {
      client.on('closed', resolve);
      client.on('networkError', reject);
      client.send('127.0.0.1', port, 'DCMJS', 'SLUICE');
    });
    expect(statuses).toEqual([0, 0]);
    expect(stored.map((each) => each.sopInstanceUID)).toEqual(['2.25.103']);
    expect(endings).toEqual(['released']);
  });
});

describe('statuses', () => {
  async function answerTo(
    handlers: Partial<ListenerHandlers>,
    command = storeCommand(),
  ): Promise<Buffer | undefined> {
    const { port } = await room({}, handlers);
    const peer = await RawPeer.associate(port);
    peer.send(Buffer.concat([command, dataPdu(Buffer.alloc(2000), true)]));
    return peer.next();
  }

  it('sends the code and nothing else of an error', async () => {
    const answer = await answerTo({
      store: () =>
        Promise.reject(
          new SluiceError('STORE_UNAVAILABLE', { detail: 'SECRET', cause: new Error('SECRET') }),
        ),
    });
    expect(statusOf(answer)).toBe(0xa700);
    expect(answer?.toString('latin1')).toContain('STORE_UNAVAILABLE');
    expect(answer?.toString('latin1')).not.toContain('SECRET');
  });

  it('answers a bug with processing failure', async () => {
    const answer = await answerTo({ store: () => Promise.reject(new TypeError('undefined is not SECRET')) });
    expect(statusOf(answer)).toBe(0x0110);
    expect(answer?.toString('latin1')).not.toContain('SECRET');
  });

  it('turns a success before the end of the data set into a failure', async () => {
    expect(statusOf(await answerTo({ store: () => Promise.resolve({ status: 0 }) }))).toBe(0x0110);
  });

  it('aborts on a fatal error', async () => {
    const answer = await answerTo({ store: () => Promise.reject(new SluiceError('SERVICE_CONFIG_INVALID')) });
    expect(answer?.[0]).toBe(7);
  });

  it('refuses a class other than that of its context, and a UID that is none', async () => {
    expect(statusOf(await answerTo({}, storeCommand('2.25.9', '1.2.3')))).toBe(0x0122);
    expect(statusOf(await answerTo({}, storeCommand('../../etc/passwd')))).toBe(0x0117);
  });
});
