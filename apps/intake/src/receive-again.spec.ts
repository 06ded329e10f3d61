import { objectNames } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Peer } from './peers.js';
import { receiveAgain } from './receive-again.js';
import { IntakeRoom, PEER } from './testing/intake-room.js';
import { BIG_ENDIAN, DEFLATED, EXPLICIT, IMPLICIT, madeImage } from './testing/made-image.js';

let room: IntakeRoom;
beforeEach(async () => {
  room = await IntakeRoom.open();
});
afterEach(() => room.close());

const peer = Peer.parse(PEER);
const receivedAt = new Date('2026-11-27T03:00:00.000Z');
const again = (name: string, ...from: (typeof peer)[]) =>
  receiveAgain(room.reader, {
    ...{ name, receivedAt, peers: from.length > 0 ? from : [peer] },
    subjectOf: () => Promise.resolve(undefined),
  });

describe('a staged delivery alone', () => {
  it.each([EXPLICIT, IMPLICIT, BIG_ENDIAN, DEFLATED])(
    'says what was said when it came, but for batch and time, in %s',
    async (transferSyntaxUID) => {
      await room.send([madeImage({ transferSyntaxUID })]);
      const [event] = await room.awaitEvents('instance.received.v1');
      const { batchKey: _batchKey, receivedAt: _receivedAt, ...said } = event!.data;
      const { batchKey, ...rest } = await again(said.object.name);
      expect(rest).toEqual({ ...said, receivedAt: receivedAt.toISOString() });
      expect(batchKey).toMatch(/^[0-9a-f]{32}$/);
    },
  );

  it('has another subject under another issuer, as the peer that is named decides', async () => {
    await room.send([madeImage()]);
    const [event] = await room.awaitEvents('instance.received.v1');
    const other = await again(event!.data.object.name, { ...peer, issuer: 'elsewhere' });
    expect(other.subjectKey).not.toBe(event!.data.subjectKey);
    expect(other.instanceKey).toBe(event!.data.instanceKey);
  });

  it('is closed when it is refused half-read', async () => {
    await room.send([madeImage({ pixels: Buffer.alloc(4_000_000) })]);
    const [event] = await room.awaitEvents('instance.received.v1');
    let closed = 0;
    const { store, keys } = room.reader;
    const get: typeof store.get = async (...args) => watched(await store.get(...args), () => (closed += 1));
    const delivery = {
      ...{ name: event!.data.object.name, receivedAt, peers: [] },
      subjectOf: () => Promise.resolve(undefined),
    };
    await expect(receiveAgain({ keys, store: { ...store, get } }, delivery)).rejects.toMatchObject({
      code: 'INTAKE_SENDER_UNKNOWN',
    });
    expect(closed).toBe(1);
  });

  it('is refused under the name of another instance, of another tenant, or of no delivery', async () => {
    await room.send([madeImage()]);
    const [event] = await room.awaitEvents('instance.received.v1');
    const { object, attempt } = event!.data;
    const bytes = Buffer.concat(await Array.fromAsync(await room.reader.store.get(object)));
    const foreign = objectNames.stagedRaw({ tenant: 't1', instanceKey: 'a'.repeat(64) }, attempt);
    const unheard = `${object.name}-copy`;
    for (const name of [foreign, unheard]) {
      await room.reader.store.put(name, bytes);
      await expect(again(name)).rejects.toMatchObject({ code: 'INTAKE_NAME_DIFFERS' });
    }
    await expect(again(object.name, { ...peer, tenant: 't2' })).rejects.toMatchObject({
      code: 'INTAKE_NAME_DIFFERS',
    });
    await expect(again(objectNames.stagedRaw(event!.data, 'b'.repeat(32)))).rejects.toMatchObject({
      code: 'STORE_OBJECT_MISSING',
    });
  });
});

async function* watched(bytes: AsyncIterable<Buffer>, closed: () => void): AsyncGenerator<Buffer> {
  try {
    yield* bytes;
  } finally {
    closed();
  }
}
