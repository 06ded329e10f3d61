import type { PeerCertificate } from 'node:tls';
import type { ErrorCode } from '@sluice/contracts';

/** One accepted association, as the room sees it. */
export interface AssociationInfo {
  readonly id: string;
  readonly callingAE: string;
  readonly calledAE: string;
  readonly remoteAddress: string;
  /** Present on TLS with a client certificate. */
  readonly certificate?: PeerCertificate;
}

/** One presentation context as proposed (PS3.8 9.3.2.2). */
export interface ProposedContext {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
}

/** One C-STORE: the command's fields and the data set's bytes. A handler that rejects need not read on: the listener drops the rest. */
export interface StoreRequest {
  readonly association: AssociationInfo;
  readonly sopClassUID: string;
  readonly sopInstanceUID: string;
  readonly transferSyntaxUID: string;
  readonly priority: 'high' | 'medium' | 'low';
  /**
   * The encoded data set without file meta, read once; back-pressure reaches the socket. Throws DICOM_ASSOCIATION_LOST when the sender
   * is gone before the end and DICOM_LIMIT_EXCEEDED above `maxDataSetBytes`.
   */
  readonly dataSet: AsyncIterable<Buffer>;
}

/** The room's side of the listener: one registry, one catch, status on the error (errors thrown map by kind, house.md "Errors"). */
export interface ListenerHandlers {
  /** Accept or refuse an association. A refusal is A-ASSOCIATE-RJ with result, source and reason (PS3.8 9.3.4). */
  associate(
    association: AssociationInfo,
  ): Promise<{ accept: true } | { accept: false; result: 1 | 2; source: 1 | 2 | 3; reason: number }>;
  /** The transfer syntax to accept for a context, or which part is refused (undefined: the class). Verification is accepted by the listener itself. */
  choose(
    association: AssociationInfo,
    context: ProposedContext,
  ): string | { refuse: 'class' | 'syntaxes' } | undefined;
  /** Resolves when the instance is durable: only then is status 0000 sent. A success without having read the data set to its end becomes 0110. */
  store(request: StoreRequest): Promise<{ status: number }>;
  /** Called once after release, abort or loss, when a running `store` has settled. */
  ended(association: AssociationInfo, how: 'released' | 'aborted' | 'lost'): Promise<void>;
}

export interface ListenerLimits {
  /** Default 128. */
  readonly maxAssociations?: number;
  /** Associations from one address; default 64. */
  readonly maxAssociationsPerAddress?: number;
  /** Longest PDU we accept and announce, bytes; default 131072. */
  readonly maxPduBytes?: number;
  /** ARTIM: connection to a complete A-ASSOCIATE-RQ, ms; default 10000. */
  readonly associateTimeoutMs?: number;
  /** Silence on an association, ms; default 60000. */
  readonly idleTimeoutMs?: number;
  /** Longest data set, bytes; default 4 GiB - 2. Twice as much is dropped before the association is aborted. */
  readonly maxDataSetBytes?: number;
  /**
   * Below 1 KiB a second for so long in the middle of a message, ms, a peer loses its place to the next when there is none left;
   * default 5000.
   */
  readonly slowAfterMs?: number;
  /** From a command to the end of its data set, ms; default 1 hour. */
  readonly dataSetTimeoutMs?: number;
  /** Connections without an association, all and from one address; above it the oldest is closed. Default 1024 and 128. */
  readonly maxPending?: number;
  readonly maxPendingPerAddress?: number;
}

/** What the listener tells its room's metrics. Nothing identifying. */
export type ListenerObservation =
  | { readonly what: 'connected' | 'evicted' | 'accepted' }
  /** `by`: the room's handler, or the listener itself (limits, drain, protocol). */
  | {
      readonly what: 'rejected';
      readonly by: 'room' | 'listener';
      readonly result: number;
      readonly source: number;
      readonly reason: number;
    }
  /** A handler threw where nobody can be told by status. */
  | { readonly what: 'failed'; readonly code: ErrorCode }
  | { readonly what: 'ended'; readonly how: 'released' | 'aborted' | 'lost' }
  | {
      readonly what: 'answered';
      readonly status: number;
      readonly code?: string;
      readonly dataSetBytes: number;
    };

/** TLS material, PEM. `ca` is needed for `requireClientCertificate`. */
export interface ListenerTls {
  readonly key: string | Buffer;
  readonly cert: string | Buffer;
  readonly ca?: string | Buffer;
  readonly requireClientCertificate?: boolean;
}

export interface ListenerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly tls?: ListenerTls;
  /** When given, other called AE titles are rejected. */
  readonly aeTitle?: string;
  readonly limits?: ListenerLimits;
  readonly handlers: ListenerHandlers;
  observe?(observation: ListenerObservation): void;
}

export interface Listener {
  readonly port: number;
  /** Associations that stand now. */
  associations(): number;
  /** New certificates for new connections; those that stand keep theirs. @throws SluiceError DICOM_LISTEN_FAILED when they are not usable */
  setSecureContext(tls: ListenerTls): void;
  /** Rejects new associations (transient), lets those that stand finish for `graceMs` (default 10000), aborts the rest. */
  close(options?: { graceMs?: number }): Promise<void>;
}
