import { afterEach, describe, expect, it } from 'vitest';
import type { AssociationInfo, ListenerHandlers } from '@sluice/dicom';
import { SluiceError } from '@sluice/contracts';
import { BatchClosing } from '../batches/batch-closing.js';
import { readPeers } from '../peers.js';
import { Refusals } from '../admission/refusals.js';
import { IntakeRoom, PEER } from '../testing/intake-room.js';
import { EXPLICIT, madeImage } from '../testing/made-image.js';
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
  const watermark = createWatermark(store, { usage: 1, inFlight: 9 });
  const doors = { store, keys, watermark, publish };
  return new DimseHandlers({
    doors,
    peers: readPeers(JSON.stringify([PEER])),
    refusals: new Refusals({ publish, log }),
    closing: new BatchClosing(doors, log),
    fatal: (error) => void fatal.push(error),
  });
}

describe('the DIMSE handlers', () => {
  it.each(['high', 'medium', 'low'] as const)(
    'C-STORE priority %s travels in the event',
    async (priority) => {
      room = await IntakeRoom.open();
      const door = handlers();
      expect(await door.associate(association)).toEqual({ accept: true });
      const { dataSet, sopClassUID, sopInstanceUID } = madeImage();
      const request = { association, sopClassUID, sopInstanceUID, transferSyntaxUID: EXPLICIT, priority };
      expect(await door.store({ ...request, dataSet: dataSet() as AsyncIterable<Buffer> })).toEqual({
        status: 0,
      });
      const [event] = await room.awaitEvents('instance.received.v1');
      expect(event!.data.priority).toBe(priority);
    },
  );

  it.each([
    ['BUS_ACCESS_REFUSED', 1],
    ['BUS_UNAVAILABLE', 0],
  ] as const)('after %s the process is ended %i times', async (code, ended) => {
    room = await IntakeRoom.open();
    const door = handlers(() => Promise.reject(new SluiceError(code)));
    await door.associate(association);
    const { dataSet, sopClassUID, sopInstanceUID } = madeImage();
    const request = { association, sopClassUID, sopInstanceUID, transferSyntaxUID: EXPLICIT };
    const stored = door.store({
      ...request,
      priority: 'medium',
      dataSet: dataSet() as AsyncIterable<Buffer>,
    });
    await expect(stored).rejects.toMatchObject({ code });
    expect(fatal.splice(0)).toHaveLength(ended);
  });
});
