import { setTimeout as delay } from 'node:timers/promises';
import { isSluiceError } from '@sluice/contracts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { decodeCommand, encodeEchoRequest, encodeResponse } from './dimse/command-set.js';
import type { ListenerHandlers, ListenerOptions } from './listener.types.js';
import {
  encodeAbort,
  encodeAssociateRequest,
  encodeDataHeader,
  encodeReleaseRequest,
} from './pdu/encoder.js';
import { CT_IMAGE, EXPLICIT_LITTLE_ENDIAN, makeDataSet } from './testing/made-image.js';
import {
  CT_CONTEXT,
  dataPdu,
  echoCommand,
  RawPeer,
  REQUEST,
  statusOf,
  storeCommand,
} from './testing/raw-peer.js';
import { openTestRoom, sha256, type TestRoom, until } from './testing/test-room.js';

async function room(
  options: Partial<ListenerOptions> = {},
  handlers: Partial<ListenerHandlers> = {},
): Promise<TestRoom> {
  const opened = await openTestRoom(options, handlers);
  onTestFinished(() => opened.listener.close({ graceMs: 0 }));
  return opened;
}

/** Proves that the listener still serves. */
async function expectServing(port: number): Promise<void> {
  const peer = await RawPeer.associate(port);
  peer.send(echoCommand());
  expect(statusOf(await peer.next())).toBe(0);
  peer.send(encodeReleaseRequest());
  expect((await peer.next())?.[0]).toBe(6);
  peer.destroy();
}

function commandPdu(bytes: Buffer, last: boolean): Buffer {
  return Buffer.concat([encodeDataHeader(CT_CONTEXT, bytes.length, { command: true, last }), bytes]);
}

function withCommandField(field: number): Buffer {
  const pdu = storeCommand();
  pdu.writeUInt16LE(field, pdu.indexOf(Buffer.from([0, 0, 0, 1, 2, 0, 0, 0])) + 8);
  return pdu;
}

describe('strangers', () => {
  it.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['a TLS hello', Buffer.from('16030100c8010000c40303', 'hex')],
    ['garbage', Buffer.alloc(5000, 0xa5)],
    ['32 MiB declared', Buffer.from([4, 0, 2, 0, 0, 0])],
    ['data before an association', dataPdu(Buffer.alloc(10), true)],
    ['a release before an association', encodeReleaseRequest()],
  ])('closes at once on %s', async (_what, bytes) => {
    const { port, listener } = await room({ limits: { associateTimeoutMs: 60_000 } });
    const peer = await RawPeer.connect(port);
    peer.send(bytes);
    await peer.gone();
    expect(listener.associations()).toBe(0);
    await expectServing(port);
  });

  it('closes 200 half-open connections by ARTIM and serves others meanwhile', async () => {
    const { port } = await room({ limits: { associateTimeoutMs: 700, maxPendingPerAddress: 300 } });
    const peers = await Promise.all(Array.from({ length: 200 }, () => RawPeer.connect(port)));
    await expectServing(port);
    expect(peers.some((peer) => peer.closed)).toBe(false);
    await Promise.all(peers.map((peer) => peer.gone()));
    await expectServing(port);
  });

  it('closes the oldest half-open connections above the limit for one address, and still serves that address', async () => {
    const { port, observed } = await room({ limits: { maxPendingPerAddress: 20 } });
    const peers = await Promise.all(Array.from({ length: 120 }, () => RawPeer.connect(port)));
    await until(() => peers.filter((peer) => peer.closed).length === 100);
    await expectServing(port);
    expect(observed.filter((each) => each.what === 'evicted').length).toBeGreaterThanOrEqual(100);
    peers.forEach((peer) => peer.destroy());
  });

  it('closes a request that trickles in byte by byte when ARTIM ends', async () => {
    const { port } = await room({ limits: { associateTimeoutMs: 300 } });
    const peer = await RawPeer.connect(port);
    const request = encodeAssociateRequest(REQUEST);
    for (let at = 0; at < request.length && !peer.closed; at += 1) {
      peer.send(request.subarray(at, at + 1));
      await delay(20);
    }
    expect(peer.closed).toBe(true);
    await expectServing(port);
  });
});

describe('negotiation', () => {
  async function answer(
    over: Partial<typeof REQUEST>,
    options: Partial<ListenerOptions> = {},
  ): Promise<number[]> {
    const { port } = await room(options);
    const peer = await RawPeer.connect(port);
    peer.send(encodeAssociateRequest({ ...REQUEST, ...over }));
    return [...((await peer.next()) ?? [])];
  }
  const rejected = (result: number, source: number, reason: number) => [
    3,
    0,
    0,
    0,
    0,
    4,
    0,
    result,
    source,
    reason,
  ];
  const aborted = (reason: number) => [7, 0, 0, 0, 0, 4, 0, 0, 2, reason];

  it('rejects titles that are none', async () => {
    expect(await answer({ callingAE: '' })).toEqual(rejected(1, 1, 3));
    expect(await answer({ calledAE: 'A\\B' })).toEqual(rejected(1, 1, 7));
    expect(await answer({ calledAE: 'SEVENTEEN-LETTERS' }, { aeTitle: 'SEVENTEEN-LETTERS' })).toEqual(
      rejected(1, 1, 7),
    );
  });

  it('aborts on an even context id, one used twice and a maximum length too short for a PDV', async () => {
    const [first] = REQUEST.contexts;
    expect(await answer({ contexts: [{ ...first!, id: 2 }] })).toEqual(aborted(6));
    expect(await answer({ contexts: [first!, first!] })).toEqual(aborted(6));
    expect(await answer({ maxPduBytes: 7 })).toEqual(aborted(6));
  });

  it('says whether the class or the syntaxes are refused', async () => {
    const { port } = await room(
      {},
      {
        choose: (_association, { id }) =>
          id === 5 ? undefined : id === 7 ? { refuse: 'syntaxes' } : '1.2.3',
      },
    );
    const contexts = [1, 5, 7].map((id) => ({
      id,
      abstractSyntax: CT_IMAGE,
      transferSyntaxes: [EXPLICIT_LITTLE_ENDIAN],
    }));
    const peer = await RawPeer.connect(port);
    peer.send(encodeAssociateRequest({ ...REQUEST, contexts }));
    const pdu = (await peer.next())!;
    expect([1, 5, 7].map((id) => pdu[pdu.indexOf(Buffer.from([0x21, 0, 0, 25, id])) + 6])).toEqual([4, 3, 4]);
  });

  it('rejects above the limit of associations, transiently', async () => {
    const { port } = await room({ limits: { maxAssociationsPerAddress: 1 } });
    const first = await RawPeer.associate(port);
    const second = await RawPeer.connect(port);
    second.send(encodeAssociateRequest(REQUEST));
    expect([...((await second.next()) ?? [])]).toEqual(rejected(2, 3, 2));
    first.destroy();
    await until(() => first.closed);
    await delay(20);
    await expectServing(port);
  });
});

describe('an association that misbehaves', () => {
  it.each([
    ['a PDU of 32 MiB', Buffer.from([4, 0, 2, 0, 0, 0]), 6],
    ['an unknown PDU', Buffer.from([42, 0, 0, 0, 0, 4]), 1],
    ['a second request', encodeAssociateRequest(REQUEST), 2],
    ['a context that was not accepted', dataPdu(Buffer.alloc(4), true, 99), 6],
    ['a data set without a command', dataPdu(Buffer.alloc(4), true), 5],
    [
      'a command without end',
      Buffer.concat(Array.from({ length: 20 }, () => commandPdu(Buffer.alloc(1000), false))),
      6,
    ],
    [
      'empty PDVs without end',
      Buffer.concat(Array.from({ length: 400 }, () => commandPdu(Buffer.alloc(0), false))),
      6,
    ],
    ['a command of garbage', commandPdu(Buffer.alloc(64, 0xee), true), 6],
    [
      'a release in the middle of a data set',
      Buffer.concat([storeCommand(), dataPdu(Buffer.alloc(4), false), encodeReleaseRequest()]),
      2,
    ],
    [
      'a response that nobody asked for',
      commandPdu(encodeResponse(decodeCommand(encodeEchoRequest(1, CT_IMAGE)), 0), true),
      5,
    ],
    [
      'a second request before the first is answered',
      Buffer.concat([storeCommand(), dataPdu(Buffer.alloc(4), true), storeCommand()]),
      5,
    ],
  ])('is aborted for %s', async (_what, bytes, reason) => {
    const { port, listener, endings, stored } = await room();
    const peer = await RawPeer.associate(port);
    peer.send(bytes);
    expect([...((await peer.next()) ?? [])]).toEqual([7, 0, 0, 0, 0, 4, 0, 0, 2, reason]);
    await peer.gone();
    await until(() => listener.associations() === 0);
    expect(endings).toEqual(['aborted']);
    expect(stored.length).toBeLessThanOrEqual(1);
    await expectServing(port);
  });

  it('gets 0211 for another operation, its data set is dropped, and C-CANCEL is ignored', async () => {
    const { port } = await room();
    const peer = await RawPeer.associate(port);
    peer.send(Buffer.concat([withCommandField(0x0020), dataPdu(Buffer.alloc(5000), true)]));
    expect(statusOf(await peer.next())).toBe(0x0211);
    peer.send(echoCommand());
    expect(statusOf(await peer.next())).toBe(0);
  });

  it('is closed when it asks without end and never reads an answer', async () => {
    const { port, listener } = await room({ limits: { associateTimeoutMs: 300 } });
    const peer = await RawPeer.associate(port);
    peer.socket.pause();
    const echoes = Buffer.concat(Array.from({ length: 1000 }, echoCommand));
    for (let sent = 0; listener.associations() > 0 && sent < 2000; sent += 1) {
      if (!peer.send(echoes)) await delay(5);
    }
    expect(listener.associations()).toBe(0);
    await expectServing(port);
  });

  it('is aborted when a data set takes too long, however busily it trickles', async () => {
    const { port, broken } = await room({ limits: { dataSetTimeoutMs: 200 } });
    const peer = await RawPeer.associate(port);
    peer.send(storeCommand());
    for (let sent = 0; !peer.closed && sent < 500; sent += 1) {
      peer.send(dataPdu(Buffer.alloc(2), false));
      await delay(10);
    }
    expect(broken.map(String)).toEqual([expect.stringContaining('DICOM_ASSOCIATION_LOST')]);
  });

  it('above the limit of associations makes place for another when it has been too slow in the middle of a message', async () => {
    const { port, listener, endings } = await room({ limits: { maxAssociations: 3, slowAfterMs: 200 } });
    const [slow, idle, fresh] = [
      await RawPeer.associate(port),
      await RawPeer.associate(port),
      await RawPeer.associate(port),
    ];
    slow.send(storeCommand());
    for (let sent = 0; sent < 30; sent += 1) {
      slow.send(dataPdu(Buffer.alloc(20), false).subarray(sent, sent + 1));
      await delay(20);
    }
    fresh.send(Buffer.concat([storeCommand(), dataPdu(Buffer.alloc(4000), false)]));
    await expectServing(port);
    expect((await slow.next())?.[0]).toBe(7);
    await until(() => endings.length === 2);
    expect([...endings].sort()).toEqual(['aborted', 'released']);
    idle.send(echoCommand());
    expect(statusOf(await idle.next())).toBe(0);
    expect(listener.associations()).toBe(2);
  });

  it('above the limit keeps its place while it waits for us', async () => {
    const { port } = await room(
      { limits: { maxAssociations: 1, slowAfterMs: 100 } },
      { store: () => new Promise(() => undefined) },
    );
    const waiting = await RawPeer.associate(port);
    waiting.send(Buffer.concat([storeCommand(), dataPdu(Buffer.alloc(10), true)]));
    await delay(400);
    const other = await RawPeer.connect(port);
    other.send(encodeAssociateRequest(REQUEST));
    expect([...((await other.next()) ?? [])].slice(7)).toEqual([2, 3, 2]);
    expect(waiting.closed).toBe(false);
  });

  it('is aborted after silence, but not while it waits for us', async () => {
    let finish: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => (finish = resolve));
    const { port } = await room(
      { limits: { idleTimeoutMs: 150 } },
      {
        store: async (request) => {
          for await (const chunk of request.dataSet) expect(chunk.length).toBeGreaterThan(0);
          await slow;
          return { status: 0 };
        },
      },
    );
    const peer = await RawPeer.associate(port);
    peer.send(Buffer.concat([storeCommand(), dataPdu(Buffer.alloc(10), true)]));
    await delay(600);
    finish();
    expect(statusOf(await peer.next())).toBe(0);
    expect((await peer.next())?.[0]).toBe(7);
    await peer.gone();
  });
});

describe('the end of an association', () => {
  it.each([
    ['an abort', (peer: RawPeer) => void peer.send(encodeAbort(0, 0)), 'aborted'],
    ['a cut', (peer: RawPeer) => peer.destroy(), 'lost'],
  ])('in the middle of a data set by %s throws to the reader', async (_what, cut, how) => {
    const { port, broken, stored, endings } = await room();
    const peer = await RawPeer.associate(port);
    peer.send(Buffer.concat([storeCommand(), dataPdu(Buffer.alloc(10_000), false)]));
    await delay(50);
    cut(peer);
    await until(() => endings.length === 1);
    expect(endings).toEqual([how]);
    expect(stored).toEqual([]);
    expect(broken.map((error) => isSluiceError(error) && error.code)).toEqual(['DICOM_ASSOCIATION_LOST']);
  });

  it('waits for the running store, answers it, then releases', async () => {
    const { port } = await room(
      {},
      {
        store: async (request) => {
          for await (const chunk of request.dataSet) expect(chunk.length).toBe(10);
          await delay(100);
          return { status: 0 };
        },
      },
    );
    const peer = await RawPeer.associate(port);
    peer.send(Buffer.concat([storeCommand(), dataPdu(Buffer.alloc(10), true), encodeReleaseRequest()]));
    expect(statusOf(await peer.next())).toBe(0);
    expect((await peer.next())?.[0]).toBe(6);
  });

  it('by drain: who is there finishes, who comes is rejected transiently, then the port is closed', async () => {
    const { port, listener, stored } = await openTestRoom();
    const running = await RawPeer.associate(port);
    running.send(Buffer.concat([storeCommand(), dataPdu(Buffer.alloc(10), false)]));
    await delay(50);
    const closing = listener.close({ graceMs: 5000 });
    const late = await RawPeer.connect(port);
    late.send(encodeAssociateRequest(REQUEST));
    expect([...((await late.next()) ?? [])].slice(7)).toEqual([2, 3, 1]);
    running.send(dataPdu(Buffer.alloc(10), true));
    expect(statusOf(await running.next())).toBe(0);
    running.send(encodeReleaseRequest());
    await closing;
    expect(stored).toHaveLength(1);
    await expect(RawPeer.connect(port).then((peer) => peer.next())).resolves.toBeUndefined();
  });
});

describe('a room that misbehaves', () => {
  it.each([
    ['throws in associate', { associate: () => Promise.reject(new TypeError('x')) }],
    [
      'throws in choose',
      {
        choose: () => {
          throw new TypeError('x');
        },
      },
    ],
  ])('%s: the association is rejected transiently', async (_what, handlers: Partial<ListenerHandlers>) => {
    const { port, listener, observed } = await room({}, handlers);
    const peer = await RawPeer.connect(port);
    peer.send(encodeAssociateRequest(REQUEST));
    expect([...((await peer.next()) ?? [])].slice(7)).toEqual([2, 3, 1]);
    expect(observed).toContainEqual({ what: 'failed', code: 'UNEXPECTED' });
    expect(listener.associations()).toBe(0);
  });

  it('returns what is no status: processing failure', async () => {
    const { port } = await room({}, { store: () => Promise.resolve({ status: 70_000 }) });
    const peer = await RawPeer.associate(port);
    peer.send(Buffer.concat([storeCommand(), dataPdu(Buffer.alloc(2), true)]));
    expect(statusOf(await peer.next())).toBe(0x0110);
  });

  it('throws in ended: the place is free again', async () => {
    const { port, listener } = await room({}, { ended: () => Promise.reject(new Error('x')) });
    const peer = await RawPeer.associate(port);
    peer.destroy();
    await until(() => listener.associations() === 0);
  });
});

describe('chance', () => {
  it('breaks valid conversations anywhere and the listener goes on', async () => {
    const { port, listener } = await room({ limits: { associateTimeoutMs: 500, idleTimeoutMs: 500 } });
    const talk = Buffer.concat([
      encodeAssociateRequest(REQUEST),
      storeCommand(),
      dataPdu(Buffer.alloc(300), false),
      dataPdu(Buffer.alloc(9), true),
      echoCommand(),
      encodeReleaseRequest(),
    ]);
    let seed = 42;
    const random = (below: number) => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) % below;
    for (let round = 0; round < 300; round += 1) {
      const bent = Buffer.from(talk);
      for (let flips = 0; flips < 3; flips += 1) bent[random(bent.length)] = random(256);
      const peer = await RawPeer.connect(port);
      peer.send(bent.subarray(0, 1 + random(bent.length)));
      if (round % 3 === 0) peer.destroy();
      else peer.socket.end();
    }
    await until(() => listener.associations() === 0);
    await expectServing(port);
  });
});

describe('data sets', () => {
  it('pass whole whatever the pieces', async () => {
    const { port, stored } = await room();
    const dataSet = makeDataSet('2.25.9', 3000);
    const message = Buffer.concat([
      storeCommand(),
      dataPdu(dataSet.subarray(0, 1001), false),
      dataPdu(Buffer.alloc(0), false),
      dataPdu(dataSet.subarray(1001), true),
    ]);
    const peer = await RawPeer.associate(port);
    for (let at = 0; at < message.length; at += 7) {
      peer.send(message.subarray(at, at + 7));
      if (at % 70 === 0) await delay(1);
    }
    expect(statusOf(await peer.next())).toBe(0);
    expect(stored.map((each) => each.sha256)).toEqual([sha256(dataSet)]);
  });

  it('above the limit are answered with a failure and the association lives on; far above, it is aborted', async () => {
    const { port, broken } = await room({ limits: { maxDataSetBytes: 10_000 } });
    const peer = await RawPeer.associate(port);
    peer.send(
      Buffer.concat([storeCommand(), dataPdu(Buffer.alloc(8000), false), dataPdu(Buffer.alloc(8000), true)]),
    );
    expect(statusOf(await peer.next())).toBe(0xc001);
    peer.send(
      Buffer.concat([storeCommand(), ...Array.from({ length: 4 }, () => dataPdu(Buffer.alloc(8000), false))]),
    );
    expect((await peer.next())?.[0]).toBe(7);
    expect(broken.map(String)).toEqual(Array(2).fill(expect.stringContaining('DICOM_LIMIT_EXCEEDED')));
  });

  it('of 200 MB wait in the sender, not in our memory, while the reader is slow', async () => {
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    let sizeBytes = 0;
    const { port } = await room(
      {},
      {
        store: async (request) => {
          await begun;
          for await (const chunk of request.dataSet) sizeBytes += chunk.length;
          return { status: 0 };
        },
      },
    );
    const piece = dataPdu(Buffer.alloc(65_536), false);
    const peer = await RawPeer.associate(port);
    peer.send(storeCommand());
    const drained = () =>
      new Promise<string>((resolve) => peer.socket.once('drain', () => resolve('drained')));
    const before = process.memoryUsage.rss();
    let pushed = 0;
    let stalled = false;
    // The room does not read yet: our receive buffer fills up, then the sender stalls.
    for (; !stalled && pushed < 200_000_000; pushed += piece.length) {
      if (!peer.send(piece)) stalled = (await Promise.race([drained(), delay(500, 'stalled')])) === 'stalled';
    }
    expect(pushed).toBeLessThan(32_000_000);
    const stall = drained();
    begin();
    await stall;
    let peak = before;
    for (; pushed < 200_000_000; pushed += piece.length) {
      if (!peer.send(piece)) await drained();
      peak = Math.max(peak, process.memoryUsage.rss());
    }
    peer.send(dataPdu(Buffer.alloc(2), true));
    expect(statusOf(await peer.next())).toBe(0);
    expect(sizeBytes).toBeGreaterThan(199_000_000);
    expect(peak - before).toBeLessThan(120_000_000);
  });
});
