import { afterEach, describe, expect, it } from 'vitest';
import type { AssociationInfo, ListenerHandlers } from '@sluice/dicom';
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

function handlers(): ListenerHandlers {
  const { store, keys, bus } = room.reader;
  const publish = (events: readonly NextEvent[]) =>
    bus.publish(events.map((event) => completeEvent('intake', event)));
  const watermark = createWatermark(store, { usage: 1, inFlight: 9 });
  const doors = { store, keys, watermark, publish };
  return new DimseHandlers({
    doors,
    peers: readPeers(JSON.stringify([PEER])),
    refusals: new Refusals({ publish, log }),
    closing: new BatchClosing(doors, log),
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
});
