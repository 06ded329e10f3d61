import type { PeerCertificate } from 'node:tls';

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

/** One C-STORE: the command's fields and the data set's bytes, which must be read to the end or the association is aborted. */
export interface StoreRequest {
  readonly association: AssociationInfo;
  readonly sopClassUID: string;
  readonly sopInstanceUID: string;
  readonly transferSyntaxUID: string;
  readonly priority: 'high' | 'medium' | 'low';
  /** The encoded data set without file meta; back-pressure reaches the socket. */
  readonly dataSet: AsyncIterable<Buffer>;
}

/** The room's side of the listener: one registry, one catch, status on the error (errors thrown map by kind, house.md "Errors"). */
export interface ListenerHandlers {
  /** Accept or refuse an association. A refusal is A-ASSOCIATE-RJ with result, source and reason (PS3.8 9.3.4). */
  associate(association: AssociationInfo): Promise<{ accept: true } | { accept: false; result: 1 | 2; source: 1 | 2 | 3; reason: number }>;
  /** The transfer syntax to accept for a context, or undefined to refuse it. Verification is accepted by the listener itself. */
  choose(association: AssociationInfo, context: ProposedContext): string | undefined;
  /** Resolves when the instance is durable: only then is status 0000 sent. */
  store(request: StoreRequest): Promise<{ status: number }>;
  /** Called once after release, abort or loss. */
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
  /** Longest data set, bytes; default 4 GiB - 2. */
  readonly maxDataSetBytes?: number;
}
