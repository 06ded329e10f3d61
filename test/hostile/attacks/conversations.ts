import { setTimeout as sleep } from 'node:timers/promises';
import { STORAGE_SOP_CLASSES, TRANSFER_SYNTAXES } from '@sluice/dicom';
import { expect, it } from 'vitest';
import type { Ground } from '../ground/ground.js';
import {
  ABORT,
  associateRequest,
  CT_IMAGE,
  dataPdu,
  echoCommand,
  pdu,
  statusOf,
  storeCommand,
} from '../ground/pdus.js';
import { RawPeer } from '../ground/raw-peer.js';

const PROTOCOL_BREAKS: readonly (readonly [what: string, bytes: Buffer])[] = [
  ['a PDU that declares 32 MiB', Buffer.from([4, 0, 2, 0, 0, 0])],
  ['an association request that declares 4 GiB', Buffer.from([1, 0, 255, 255, 255, 255])],
  ['HTTP', Buffer.from('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n')],
  ['a TLS hello', Buffer.concat([Buffer.from('16030100c8010000c40303', 'hex'), Buffer.alloc(194, 7)])],
  ['an abort', ABORT],
  ['data without an association', dataPdu(Buffer.alloc(100), true)],
  ['64 KiB of noise', Buffer.alloc(65_536, 0xa5)],
];

const TITLES = ['LO\x01CAL', '\0', 'A\\B', ' '.repeat(16), '\x1b[31mLOCAL', 'UNKNOWN', '../../etc'];

/** What breaks PS3.8 on the DIMSE port. */
export function conversationAttacks(ground: () => Ground): void {
  const port = () => ground().under.dimsePort;

  it.each(PROTOCOL_BREAKS)('closes a connection that opens with %s', async (_what, bytes) => {
    const peer = await RawPeer.connect(port());
    await peer.send(bytes);
    expect(await peer.gone(5_000)).toBe(true);
    await ground().expectServing();
  });

  it.each([PROTOCOL_BREAKS[0]!, PROTOCOL_BREAKS[2]!, PROTOCOL_BREAKS[6]!])(
    'aborts an association that goes on with %s',
    async (_what, bytes) => {
      const peer = await associated(port());
      await peer.send(bytes);
      expect((await peer.next())?.[0]).toBe(7);
      await ground().expectServing();
    },
  );

  it.each(TITLES)('rejects the calling AE title %j', async (callingAE) => {
    const peer = await RawPeer.connect(port());
    await peer.send(associateRequest({ callingAE }));
    expect((await peer.next())?.[0]).toBe(3);
    await ground().expectServing();
  });

  it('answers 128 contexts of 50 syntaxes each', async () => {
    const classes = [...STORAGE_SOP_CLASSES.keys()];
    const transferSyntaxes = [
      ...Array.from({ length: 50 - TRANSFER_SYNTAXES.size }, (_, index) => `1.2.3.${index}`),
      ...TRANSFER_SYNTAXES.keys(),
    ];
    const contexts = Array.from({ length: 128 }, (_, index) => ({
      id: index * 2 + 1,
      abstractSyntax: classes[index] ?? `1.2.9.${index}`,
      transferSyntaxes,
    }));
    const peer = await RawPeer.connect(port());
    await peer.send(associateRequest({ contexts }));
    const answer = await peer.next();
    // More than 128 KiB of request is refused by abort; below, each context has its answer.
    expect([2, 7]).toContain(answer?.[0]);
    peer.destroy();
    await ground().expectServing();
  });

  it.each(['../../etc/passwd', '1.2\0.3', '1.2\\1.3', '9'.repeat(200), 'ü'])(
    'refuses %j as instance of a request',
    async (uid) => {
      const peer = await associated(port());
      await peer.send(Buffer.concat([storeCommand(uid), dataPdu(Buffer.alloc(100), true)]));
      expect(statusOf(await peer.next())).toBe(0x0117);
      await peer.send(Buffer.concat([storeCommand('1.2.3', uid), dataPdu(Buffer.alloc(100), true)]));
      expect(statusOf(await peer.next())).toBe(0x0122);
      peer.destroy();
      await ground().expectServing();
    },
  );

  it('ends a peer that asks without end and never listens', async () => {
    const peer = await associated(port());
    peer.socket.pause();
    const echoes = Buffer.concat(Array.from({ length: 1000 }, echoCommand));
    for (let sent = 0; sent < 200 && !peer.closed; sent += 1) if (!peer.socket.write(echoes)) await sleep(20);
    peer.destroy();
    await ground().expectServing();
  });

  it('drops data of 100,000 two-byte PDVs without choking', async () => {
    const peer = await associated(port());
    await peer.send(storeCommand('2.25.7'));
    const many = Buffer.concat(Array.from({ length: 1000 }, () => dataPdu(Buffer.from([8, 0]), false)));
    for (let sent = 0; sent < 100; sent += 1) await peer.send(many);
    await peer.send(dataPdu(Buffer.alloc(0), true));
    expect(statusOf(await peer.next())).toBeGreaterThan(0xa000);
    peer.destroy();
    await ground().expectServing();
  });

  it('cannot be told another type of PDU at any time', async () => {
    for (const type of [0, 1, 2, 3, 5, 6, 8, 255]) {
      const peer = await associated(port());
      await peer.send(
        Buffer.concat([
          storeCommand('2.25.8', CT_IMAGE),
          dataPdu(Buffer.alloc(500), false),
          pdu(type, Buffer.alloc(4)),
        ]),
      );
      expect((await peer.next())?.[0]).toBe(7);
    }
    await ground().expectServing();
  });
}

/** An accepted association of the peer LOCAL. */
export async function associated(port: number): Promise<RawPeer> {
  const peer = await RawPeer.connect(port);
  await peer.send(associateRequest());
  const answer = await peer.next();
  if (answer?.[0] !== 2) throw new Error(`not accepted: ${answer?.[0] ?? 'no answer'}`);
  return peer;
}
