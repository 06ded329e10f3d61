import type { AssociationInfo, ListenerHandlers } from '@sluice/dicom';
import { SluiceError, toSluiceError } from '@sluice/contracts';
import { accepts } from '../accepted.js';
import { closeBatch, openBatch, type Batch } from '../batches.js';
import { peerOfCaller, type Peer } from '../peers.js';
import { receiveInstance, type IntakeDoors } from '../receive-instance.js';
import type { Refusals } from '../refusals.js';

/** PS3.8 9.3.4: rejected permanent, by the service user, calling AE title not recognised. */
const CALLING_AE_UNKNOWN = { accept: false, result: 1, source: 1, reason: 3 } as const;
/** PS3.8 9.3.4: rejected transient, by the presentation provider, local limit exceeded. */
const OUT_OF_RESOURCES = { accept: false, result: 2, source: 3, reason: 2 } as const;

/** Intake's side of the DIMSE listener: who may associate, what is accepted, where it goes. One batch per association. */
export function dimseDoor(doors: IntakeDoors, peers: readonly Peer[], refusals: Refusals): ListenerHandlers {
  const batches = new Map<string, Batch>();
  const refuse = (peer: Peer | undefined, error: unknown) =>
    refusals.note({
      tenant: peer?.tenant ?? '-',
      peer: peer?.name ?? 'unknown',
      door: 'dimse',
      code: toSluiceError(error).code,
    });

  return {
    async associate(association) {
      const peer = peerOfCaller(peers, {
        ...association,
        fingerprint: association.certificate?.fingerprint256,
      });
      if (!peer) {
        refuse(undefined, new SluiceError('INTAKE_PEER_REFUSED'));
        return CALLING_AE_UNKNOWN;
      }
      try {
        await doors.watermark.check();
      } catch (error) {
        refuse(peer, error);
        return OUT_OF_RESOURCES;
      }
      batches.set(association.id, openBatch(peer));
      return { accept: true };
    },
    choose(association, context) {
      const { peer } = batchOf(batches, association);
      return context.transferSyntaxes.find((transferSyntaxUID) =>
        accepts(peer, { sopClassUID: context.abstractSyntax, transferSyntaxUID }),
      );
    },
    async store(request) {
      const batch = batchOf(batches, request.association);
      try {
        const { sopClassUID, sopInstanceUID, transferSyntaxUID, priority, dataSet } = request;
        await receiveInstance(doors, {
          batch,
          claimed: { sopClassUID, sopInstanceUID },
          transferSyntaxUID,
          priority,
          dataSet,
        });
        return { status: 0x0000 };
      } catch (error) {
        refuse(batch.peer, error);
        throw error;
      }
    },
    async ended(association) {
      const batch = batches.get(association.id);
      batches.delete(association.id);
      if (batch) await doors.publish(await closeBatch(doors, batch));
    },
  };
}

function batchOf(batches: ReadonlyMap<string, Batch>, association: AssociationInfo): Batch {
  const batch = batches.get(association.id);
  if (!batch) throw new SluiceError('INTAKE_PEER_REFUSED');
  return batch;
}
