import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dcmtkPath, SKIP_DCMTK } from '../testing/dcmtk.js';
import { CT_IMAGE, EXPLICIT_LITTLE_ENDIAN, makeDataSet } from '../testing/made-image.js';
import { openTestRoom, sha256, type TestRoom } from '../testing/test-room.js';
import { echo, sendInstances } from './sender.js';
import type { InstanceToSend, SendResult } from './sender.types.js';

const peer = (port: number) => ({
  host: '127.0.0.1',
  port,
  callingAE: 'SENDER',
  calledAE: 'SLUICE',
  timeoutMs: 3000,
});

function made(sopInstanceUID: string, over: Partial<InstanceToSend> = {}): InstanceToSend {
  const dataSet = makeDataSet(sopInstanceUID, 200_000);
  return {
    sopClassUID: CT_IMAGE,
    sopInstanceUID,
    transferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
    dataSet: () => inPieces(dataSet, 70_000),
    ...over,
  };
}

async function* inPieces(bytes: Buffer, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function send(port: number, instances: readonly InstanceToSend[]): Promise<SendResult[]> {
  const results: SendResult[] = [];
  await sendInstances(peer(port), instances, (_instance, result) => void results.push(result));
  return results;
}

async function room(...args: Parameters<typeof openTestRoom>): Promise<TestRoom> {
  const opened = await openTestRoom(...args);
  onTestFinished(() => opened.listener.close({ graceMs: 0 }));
  return opened;
}

/** DCMTK's storescp on a free port, writing what it gets into a folder. */
async function storescp(folder: string, args: readonly string[]): Promise<number> {
  const port = await freePort();
  const child: ChildProcess = spawn(dcmtkPath('storescp'), [...args, '-od', folder, String(port)], {
    stdio: 'ignore',
    env: { ...process.env, TCP_NODELAY: '1' },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  while (!(await canConnect(port))) await new Promise((resolve) => setTimeout(resolve, 20));
  return port;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

describe.skipIf(SKIP_DCMTK)('sender with storescp', () => {
  it.each([['4096'], ['131072']])('sends what arrives to the byte, in PDUs of at most %s', async (maxPdu) => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-scp-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const port = await storescp(folder, ['+B', '-F', '-pdu', maxPdu]);
    expect(await echo(peer(port))).toBe(0);
    const results = await send(
      port,
      ['2.25.601', '2.25.602'].map((uid) => made(uid)),
    );
    expect(results).toEqual(Array(2).fill({ outcome: 'stored', status: 0, comment: '' }));
    const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name))));
    expect(files.map(sha256).sort()).toEqual(
      ['2.25.601', '2.25.602'].map((uid) => sha256(makeDataSet(uid, 200_000))).sort(),
    );
  });

  it('says which instances have no context', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-scp-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const port = await storescp(folder, ['--ignore']);
    const results = await send(port, [
      made('2.25.1', { sopClassUID: '1.2.3' }),
      made('2.25.2', { transferSyntaxUID: '1.2.3' }),
      made('2.25.3'),
    ]);
    expect(results.map((result) => ('reason' in result ? result.reason : result.outcome))).toEqual([
      'class-refused',
      'syntax-refused',
      'stored',
    ]);
  });
});

describe('sender', () => {
  it('sends odd pieces, an exact PDU and an empty data set whole', async () => {
    const { port, stored } = await room({ limits: { maxPduBytes: 4096 } });
    const sizes = [0, 2, 4090, 4092, 8180, 100_000];
    const sent = sizes.map((size, index) => Buffer.alloc(size, index));
    await send(
      port,
      sent.map((bytes, index) => made(`2.25.${index}`, { dataSet: () => inPieces(bytes, 777) })),
    );
    expect(stored.map((each) => [each.sizeBytes, each.sha256])).toEqual(
      sent.map((bytes) => [bytes.length, sha256(bytes)]),
    );
  });

  it('uses as many associations as 300 pairs of class and syntax need', async () => {
    const { port, stored, observed } = await room();
    const results = await send(
      port,
      Array.from({ length: 300 }, (_, index) =>
        made(`2.25.${index}`, { sopClassUID: `1.2.${index}`, dataSet: () => inPieces(Buffer.alloc(2), 2) }),
      ),
    );
    expect(results.every((result) => result.outcome === 'stored')).toBe(true);
    expect(stored).toHaveLength(300);
    expect(observed.filter((each) => each.what === 'accepted')).toHaveLength(3);
  });

  it('reports failures, warnings and UIDs that are none, and goes on', async () => {
    const statuses = [0xa700, 0xb000, 0x0124];
    const { port } = await room(
      {},
      {
        store: async (request) => {
          for await (const chunk of request.dataSet) expect(chunk.length).toBeGreaterThan(0);
          return { status: statuses.shift() ?? 0 };
        },
      },
    );
    const results = await send(port, [
      made('../x'),
      made('2.25.1'),
      made('2.25.2'),
      made('2.25.3'),
      made('2.25.4'),
    ]);
    expect(
      results.map((result) => ('status' in result ? [result.outcome, result.status] : [result.outcome])),
    ).toEqual([['unsendable'], ['failed', 0xa700], ['stored', 0xb000], ['failed', 0x0124], ['stored', 0]]);
  });

  it('aborts when its source breaks, so that the peer never takes half a data set, and reports the rest as unsent', async () => {
    const { port, broken, stored } = await room();
    async function* breaks(): AsyncIterable<Uint8Array> {
      yield await Promise.resolve(Buffer.alloc(400_000));
      throw new Error('disk');
    }
    const results = await send(port, [made('2.25.1', { dataSet: breaks }), made('2.25.2')]);
    expect(results.map((result) => result.outcome)).toEqual(['unsent', 'unsent']);
    expect(stored).toEqual([]);
    expect(broken).toHaveLength(1);
  });

  it('goes on after a source that cannot be opened', async () => {
    const { port, stored } = await room();
    const missing = { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('ENOENT')) }) };
    const results = await send(port, [made('2.25.1', { dataSet: () => missing }), made('2.25.2')]);
    expect(results.map((result) => result.outcome)).toEqual(['unsent', 'stored']);
    expect(stored).toHaveLength(1);
  });

  it('says who does not answer, who rejects and which title is none', async () => {
    await expect(echo(peer(await freePort()))).rejects.toThrow('DICOM_PEER_UNREACHABLE');
    const { port } = await room({ aeTitle: 'OTHER' });
    await expect(echo(peer(port))).rejects.toThrow('result 1, source 1, reason 7');
    await expect(echo({ ...peer(port), calledAE: 'SEVENTEEN-LETTERS' })).rejects.toThrow(
      'DICOM_TITLE_INVALID',
    );
  });

  it('gives up on a peer that accepts the connection and says nothing', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => void sockets.push(socket.resume()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      sockets.forEach((socket) => socket.destroy());
      server.close();
    });
    const { port } = server.address() as { port: number };
    await expect(echo({ ...peer(port), timeoutMs: 200 })).rejects.toThrow('DICOM_PEER_UNREACHABLE');
  });
});
