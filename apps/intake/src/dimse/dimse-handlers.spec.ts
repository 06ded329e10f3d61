import { afterEach, describe, expect, it } from 'vitest';
import type { AssociationInfo, ListenerHandlers, StoreRequest } from '@sluice/dicom';
import { SluiceError } from '@sluice/contracts';
import { BatchClosing } from '../batches/batch-closing.js';
import { readPeers } from '../peers.js';
import { Refusals } from '../admission/refusals.js';
import { IntakeRoom, PEER } from '../testing/intake-room.js';
import { EXPLICIT, madeImage } from '../testing/made-image.js';
import { Turns } from '../admission/turns.js';
import { createWatermark } from '../admission/watermark.js';
import { completeEvent, type Host, type NextEvent } from '@sluice/service';
import { DimseHandlers } from './dimse-handlers.js';

let room: IntakeRoom;
afterEach(() => room.close());

const log: Pick<Host['log'], 'warn' | 'error'> = { warn: () => undefined, error: () => undefined };
const association: AssociationInfo = {
  id: 'a',
  callingAE: 'CT1',
  calledAE: 'SLUICE',
  remoteAddress: '127.0.0.1',
};

const fatal: SluiceError[] = [];

function toBus(events: readonly NextEvent[]): Promise<void> {
  return room.reader.bus.publish(events.map((event) => completeEvent('intake', event)));
}

function handlers(publish = toBus): ListenerHandlers {
  const { store, keys } = room.reader;
  const admission = {
    watermark: createWatermark(store, { usage: 1 }),
    turns: new Turns({ inFlight: 1, waitMs: 0 }),
    pace: { minBytesPerSecond: 1 },
  };
  const doors = { store, keys, publish, ...admission };
  return new DimseHandlers({
    doors,
    peers: readPeers(JSON.stringify([PEER])),
    refusals: new Refusals({ publish, log }),
    closing: new BatchClosing(doors, log),
    fatal: (error) => void fatal.push(error),
  });
}

function storeOf(some: Partial<StoreRequest> = {}): StoreRequest {
  const { dataSet, sopClassUID, sopInstanceUID } = madeImage();
  const names = { association, sopClassUID, sopInstanceUID, transferSyntaxUID: EXPLICIT };
  return { ...names, priority: 'medium', dataSet: dataSet() as AsyncIterable<Buffer>, ...some };
}

describe('the DIMSE handlers', () => {
  it('refuse a DICOMDIR by its class, and where its data set comes under another', async () => {
    room = await IntakeRoom.open();
    const noted: string[] = [];
    const door = handlers((events) => {
      for (const { data } of events) if ('code' in data) noted.push(String(data.code));
      return Promise.resolve();
    });
    await door.associate(association);
    const context = { id: 1, abstractSyntax: '1.2.840.10008.1.3.10', transferSyntaxes: [EXPLICIT] };
    expect(door.choose?.(association, context)).toEqual({ refuse: 'class' });
    expect(noted).toEqual(['INTAKE_DIRECTORY_REFUSED']);
    const flag = Buffer.from('0400121255530200ffff', 'hex');
    async function* directory(): AsyncGenerator<Buffer> {
      yield await Promise.resolve(flag);
    }
    await expect(door.store(storeOf({ dataSet: directory() }))).rejects.toMatchObject({
      code: 'INTAKE_DIRECTORY_REFUSED',
    });
  });

  it.each(['high', 'medium', 'low'] as const)(
    'C-STORE priority %s travels in the event',
    async (priority) => {
      room = await IntakeRoom.open();
      const door = handlers();
      expect(await door.associate(association)).toEqual({ accept: true });
      expect(await door.store(storeOf({ priority }))).toEqual({ status: 0 });
      const [event] = await room.awaitEvents('instance.received.v1');
      expect(event!.data.priority).toBe(priority);
    },
  );

  it('an instance of which no byte comes holds nobody up', async () => {
    room = await IntakeRoom.open();
    const door = handlers();
    await door.associate(association);
    const finish = Promise.withResolvers<void>();
    async function* silent(): AsyncGenerator<Buffer> {
      await finish.promise;
      yield madeImage().bytes.subarray(0, 60);
    }
    const waiting = door.store(storeOf({ dataSet: silent() })).catch(({ code }: SluiceError) => code);
    expect(await door.store(storeOf())).toEqual({ status: 0 });
    finish.resolve();
    expect(await waiting).toBe('DICOM_MALFORMED');
  });

  it.each([
    ['BUS_ACCESS_REFUSED', 1],
    ['BUS_UNAVAILABLE', 0],
  ] as const)('after %s the process is ended %i times', async (code, ended) => {
    room = await IntakeRoom.open();
    const door = handlers(() => Promise.reject(new SluiceError(code)));
    await door.associate(association);
    await expect(door.store(storeOf())).rejects.toMatchObject({ code });
    expect(fatal.splice(0)).toHaveLength(ended);
  });
});
