import type { ProposedContext } from '../listener.types.js';

/** PDU types (PS3.8 9.3.1). */
export const PDU_TYPE = {
  associateRequest: 1,
  associateAccept: 2,
  associateReject: 3,
  data: 4,
  releaseRequest: 5,
  releaseResponse: 6,
  abort: 7,
} as const;

/** Reasons of an A-ABORT whose source is the service provider (PS3.8 9.3.8). */
export const ABORT_REASON = {
  notSpecified: 0,
  unrecognizedPdu: 1,
  unexpectedPdu: 2,
  unrecognizedParameter: 4,
  unexpectedParameter: 5,
  invalidParameter: 6,
} as const;
export type AbortReason = (typeof ABORT_REASON)[keyof typeof ABORT_REASON];

/** A-ASSOCIATE-RQ as read; roles, extended negotiation and user identity are skipped (PS3.7 D.3.3: an acceptor may ignore them). */
export interface AssociateRequest {
  readonly protocolVersion: number;
  readonly calledAE: string;
  readonly callingAE: string;
  readonly applicationContext: string;
  readonly contexts: readonly ProposedContext[];
  /** Longest P-DATA-TF body the requestor reads, bytes; 0 is no limit. */
  readonly maxPduBytes: number;
}

/** Answer to one presentation context (PS3.8 9.3.3.2): 0 accepted, 1 user, 2 no reason, 3 abstract syntax, 4 transfer syntaxes. */
export interface ContextResult {
  readonly id: number;
  readonly result: 0 | 1 | 2 | 3 | 4;
  readonly transferSyntax: string;
}

/** A-ASSOCIATE-AC. */
export interface AssociateAccept {
  readonly calledAE: string;
  readonly callingAE: string;
  readonly contexts: readonly ContextResult[];
  readonly maxPduBytes: number;
}

/** A-ASSOCIATE-RJ (PS3.8 9.3.4). */
export interface AssociateReject {
  readonly result: 1 | 2;
  readonly source: 1 | 2 | 3;
  readonly reason: number;
}

/** Breaks the rules of PS3.8 in a way that ends the association with this reason. */
export class PduError extends Error {
  readonly reason: AbortReason;

  constructor(reason: AbortReason) {
    super(`invalid PDU, reason ${reason}`);
    this.reason = reason;
  }
}
