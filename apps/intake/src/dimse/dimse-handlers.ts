import type { AssociationInfo, ListenerHandlers, ProposedContext, StoreRequest } from '@sluice/dicom';
import { type ErrorCode, SluiceError, toSluiceError } from '@sluice/contracts';
import { acceptsClass, acceptsSyntax } from '../admission/accepted.js';
import type { BatchClosing } from '../batches/batch-closing.js';
import { openBatch, type Batch } from '../batches/batches.js';
import { recogniseCaller, type Peer, type Recognition } from '../peers.js';
import { MEDIA_STORAGE_DIRECTORY } from '../read-identifiers.js';
import { receiveInstance, type IntakeDoors } from '../receive-instance.js';
import type { Refusals } from '../admission/refusals.js';

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
  /** A fatal error ends the process. */
  fatal(error: SluiceError): void;
}

/** Intake's side of the DIMSE listener: who may associate, what is accepted, where it goes. One batch per association. */
export class DimseHandlers implements ListenerHandlers {
  /** Keyed by the association itself: one that is lost before it was accepted leaves nothing behind. */
  readonly #batches = new WeakMap<AssociationInfo, Batch>();
  readonly #options: DimseHandlerOptions;

  constructor(options: DimseHandlerOptions) {
    this.#options = options;
  }

  async associate(association: AssociationInfo): ReturnType<ListenerHandlers['associate']> {
    const recognition = recognise(this.#options, association);
    if (!recognition.peer) {
      this.#note(undefined, CODES[recognition.refused], recognition.claimed);
      return REJECTIONS[recognition.refused];
    }
    const { peer } = recognition;
    try {
      await this.#options.doors.watermark.check();
    } catch (error) {
      this.#failed(peer, error);
      return OUT_OF_RESOURCES;
    }
    this.#batches.set(association, openBatch(peer));
    return { accept: true };
  }

  choose(association: AssociationInfo, context: ProposedContext): string | { refuse: 'class' | 'syntaxes' } {
    const { peer } = this.#batchOf(association);
    if (!acceptsClass(peer, context.abstractSyntax)) {
      const directory = context.abstractSyntax === MEDIA_STORAGE_DIRECTORY;
      this.#note(peer, directory ? 'INTAKE_DIRECTORY_REFUSED' : 'INTAKE_SOP_CLASS_REFUSED');
      return { refuse: 'class' };
    }
    return context.transferSyntaxes.find((uid) => acceptsSyntax(peer, uid)) ?? { refuse: 'syntaxes' };
  }

  async store({ association, ...request }: StoreRequest): Promise<{ status: number }> {
    const batch = this.#batchOf(association);
    this.#options.closing.makeRoom(batch);
    const { sopClassUID, sopInstanceUID, ...content } = request;
    try {
      await receiveInstance(this.#options.doors, {
        batch,
        door: 'dimse',
        claimed: { sopClassUID, sopInstanceUID },
        ...content,
      });
      return { status: 0x0000 };
    } catch (error) {
      this.#failed(batch.peer, error);
      throw error;
    }
  }

  ended(association: AssociationInfo): Promise<void> {
    const batch = this.#batches.get(association);
    if (batch) this.#options.closing.close(batch);
    return Promise.resolve();
  }

  #failed(peer: Peer, thrown: unknown): void {
    const error = toSluiceError(thrown);
    this.#note(peer, error.code);
    if (error.kind === 'fatal') this.#options.fatal(error);
  }

  #note(peer: Peer | undefined, code: ErrorCode, claimed?: string): void {
    const { tenant, name } = peer ?? { tenant: '-', name: 'unknown' };
    this.#options.refusals.note({ tenant, peer: name, door: 'dimse', code, claimed });
  }

  #batchOf(association: AssociationInfo): Batch {
    const batch = this.#batches.get(association);
    if (!batch) throw new SluiceError('INTAKE_PEER_REFUSED');
    return batch;
  }
}

/** The listener's own title is judged here and not by the listener, so that its refusal is recorded too. */
function recognise(options: DimseHandlerOptions, association: AssociationInfo): Recognition {
  const fingerprint = association.certificate?.fingerprint256;
  const recognition = recogniseCaller(options.peers, { ...association, fingerprint });
  if (!recognition.peer || options.aeTitle === undefined || association.calledAE.trim() === options.aeTitle)
    return recognition;
  return { refused: 'called-title', claimed: recognition.peer.name };
}
