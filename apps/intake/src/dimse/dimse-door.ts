import type { AssociationInfo, ListenerHandlers, ProposedContext } from '@sluice/dicom';
import { type ErrorCode, SluiceError, toSluiceError } from '@sluice/contracts';
import { acceptsClass, acceptsSyntax } from '../accepted.js';
import type { BatchClosing } from '../batch-closing.js';
import { isFull, openBatch, type Batch } from '../batches.js';
import { recogniseCaller, type Peer, type Recognition } from '../peers.js';
import { receiveInstance, type IntakeDoors } from '../receive-instance.js';
import type { Refusals } from '../refusals.js';

/** PS3.8 Table 9-21: rejected permanent, by the service user, calling or called AE title not recognised. */
const REJECTIONS = {
  caller: { accept: false, result: 1, source: 1, reason: 3 },
  'called-title': { accept: false, result: 1, source: 1, reason: 7 },
} as const;
const CODES = { caller: 'INTAKE_PEER_REFUSED', 'called-title': 'INTAKE_CALLED_TITLE_REFUSED' } as const;
/** PS3.8 Table 9-21: rejected transient, by the presentation provider, local limit exceeded. */
const OUT_OF_RESOURCES = { accept: false, result: 2, source: 3, reason: 2 } as const;

/** What the handlers stand on. */
export interface DimseHandlerOptions {
  readonly doors: IntakeDoors;
  readonly peers: readonly Peer[];
  readonly refusals: Refusals;
  readonly closing: BatchClosing;
  /** When given, other called AE titles are refused. */
  readonly aeTitle?: string | undefined;
}

/** Intake's side of the DIMSE listener: who may associate, what is accepted, where it goes. One batch per association. */
export function dimseHandlers(options: DimseHandlerOptions): ListenerHandlers {
  const { doors, refusals, closing } = options;
  // Keyed by the association itself: one that is lost before it was accepted leaves nothing behind.
  const batches = new WeakMap<AssociationInfo, Batch>();
  const note = (peer: Peer | undefined, code: ErrorCode, claimed?: string) =>
    refusals.note({
      tenant: peer?.tenant ?? '-',
      peer: peer?.name ?? 'unknown',
      door: 'dimse',
      code,
      claimed,
    });

  return {
    async associate(association) {
      const recognition = recognise(options, association);
      if (!recognition.peer) {
        note(undefined, CODES[recognition.refused], recognition.claimed);
        return REJECTIONS[recognition.refused];
      }
      const { peer } = recognition;
      try {
        await doors.watermark.check();
      } catch (error) {
        note(peer, toSluiceError(error).code);
        return OUT_OF_RESOURCES;
      }
      batches.set(association, openBatch(peer));
      return { accept: true };
    },
    choose(association, context) {
      const { peer } = batchOf(batches, association);
      const chosen = choose(peer, context);
      if (typeof chosen === 'object' && chosen.refuse === 'class') note(peer, 'INTAKE_SOP_CLASS_REFUSED');
      return chosen;
    },
    async store({ association, ...request }) {
      const batch = roomyBatchOf(batches, association, closing);
      const { sopClassUID, sopInstanceUID, ...content } = request;
      try {
        await receiveInstance(doors, { batch, claimed: { sopClassUID, sopInstanceUID }, ...content });
        return { status: 0x0000 };
      } catch (error) {
        note(batch.peer, toSluiceError(error).code);
        throw error;
      }
    },
    async ended(association) {
      const batch = batches.get(association);
      if (batch) closing.close(batch);
    },
  };
}

/** The listener's own title is judged here and not by the listener, so that its refusal is recorded too. */
function recognise(options: DimseHandlerOptions, association: AssociationInfo): Recognition {
  const fingerprint = association.certificate?.fingerprint256;
  const recognition = recogniseCaller(options.peers, { ...association, fingerprint });
  if (!recognition.peer || options.aeTitle === undefined || association.calledAE.trim() === options.aeTitle)
    return recognition;
  return { refused: 'called-title', claimed: recognition.peer.name };
}

function choose(peer: Peer, context: ProposedContext): string | { refuse: 'class' | 'syntaxes' } {
  if (!acceptsClass(peer, context.abstractSyntax)) return { refuse: 'class' };
  return context.transferSyntaxes.find((uid) => acceptsSyntax(peer, uid)) ?? { refuse: 'syntaxes' };
}

function batchOf(batches: WeakMap<AssociationInfo, Batch>, association: AssociationInfo): Batch {
  const batch = batches.get(association);
  if (!batch) throw new SluiceError('INTAKE_PEER_REFUSED');
  return batch;
}

function roomyBatchOf(
  batches: WeakMap<AssociationInfo, Batch>,
  association: AssociationInfo,
  closing: BatchClosing,
): Batch {
  const batch = batchOf(batches, association);
  if (!isFull(batch)) return batch;
  closing.close(batch);
  const next = openBatch(batch.peer);
  batches.set(association, next);
  return next;
}
