import type { ProposedContext } from '../listener.types.js';
import {
  type AbortReason,
  type AssociateAccept,
  type AssociateReject,
  type AssociateRequest,
  PDU_TYPE,
} from './pdu.types.js';

/** The DICOM application context (PS3.7 A.2.1). */
export const APPLICATION_CONTEXT = '1.2.840.10008.3.1.1.1';
/** Ours, made from a UUID (PS3.5 B.2). */
export const IMPLEMENTATION_CLASS_UID = '2.25.251854188633807031835772192332248499073';
export const IMPLEMENTATION_VERSION = 'SLUICE_0.1';
const PDV_OVERHEAD_BYTES = 6;

/** A-ASSOCIATE-RQ (PS3.8 9.3.2). AE titles: 1 to 16 characters, checked by the caller. */
export function encodeAssociateRequest(request: AssociateRequest): Buffer {
  const contexts = request.contexts.map(encodeProposed);
  return associate(PDU_TYPE.associateRequest, request, [
    text(0x10, APPLICATION_CONTEXT),
    ...contexts,
    userInformation(request.maxPduBytes),
  ]);
}

/** A-ASSOCIATE-AC (PS3.8 9.3.3); no asynchronous operations, no roles: PS3.7 D.3.3 defaults hold. */
export function encodeAssociateAccept(accept: AssociateAccept): Buffer {
  const contexts = accept.contexts.map(({ id, result, transferSyntax }) =>
    item(0x21, [Buffer.from([id, 0, result, 0]), text(0x40, transferSyntax)]),
  );
  return associate(PDU_TYPE.associateAccept, accept, [
    text(0x10, APPLICATION_CONTEXT),
    ...contexts,
    userInformation(accept.maxPduBytes),
  ]);
}

/** A-ASSOCIATE-RJ (PS3.8 9.3.4). */
export function encodeAssociateReject({ result, source, reason }: AssociateReject): Buffer {
  return short(PDU_TYPE.associateReject, [0, result, source, reason]);
}

export function encodeReleaseRequest(): Buffer {
  return short(PDU_TYPE.releaseRequest, [0, 0, 0, 0]);
}

export function encodeReleaseResponse(): Buffer {
  return short(PDU_TYPE.releaseResponse, [0, 0, 0, 0]);
}

/** A-ABORT (PS3.8 9.3.8). Source 0: service user, the reason is then 0; 2: service provider. */
export function encodeAbort(source: 0 | 2, reason: AbortReason): Buffer {
  return short(PDU_TYPE.abort, [0, 0, source, source === 0 ? 0 : reason]);
}

/** Heads of a P-DATA-TF with one PDV (PS3.8 9.3.5, E.2), 12 bytes; `bytes` of data must follow. */
export function encodeDataHeader(
  contextId: number,
  bytes: number,
  flags: { command: boolean; last: boolean },
): Buffer {
  const header = Buffer.allocUnsafe(12);
  header.writeUInt16BE(PDU_TYPE.data << 8, 0);
  header.writeUInt32BE(bytes + PDV_OVERHEAD_BYTES, 2);
  header.writeUInt32BE(bytes + 2, 6);
  header.writeUInt8(contextId, 10);
  header.writeUInt8((flags.command ? 1 : 0) | (flags.last ? 2 : 0), 11);
  return header;
}

/** A whole command set as one buffer of as many P-DATA-TF as the peer's maximum asks for. */
export function encodeCommandData(contextId: number, command: Buffer, maxPduBytes: number): Buffer {
  const room = roomFor(maxPduBytes);
  const parts: Buffer[] = [];
  for (let at = 0; at < command.length; at += room) {
    const piece = command.subarray(at, at + room);
    parts.push(
      encodeDataHeader(contextId, piece.length, { command: true, last: at + room >= command.length }),
      piece,
    );
  }
  return Buffer.concat(parts);
}

/** Data bytes of one PDV for a peer that reads PDUs of this length (0: no limit); even, at most 128 KiB. */
export function roomFor(maxPduBytes: number): number {
  const limit = maxPduBytes === 0 ? 131_072 : Math.min(maxPduBytes, 131_072);
  return (limit - PDV_OVERHEAD_BYTES) & ~1;
}

function encodeProposed(context: ProposedContext): Buffer {
  const syntaxes = context.transferSyntaxes.map((syntax) => text(0x40, syntax));
  return item(0x20, [Buffer.from([context.id, 0, 0, 0]), text(0x30, context.abstractSyntax), ...syntaxes]);
}

function userInformation(maxPduBytes: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(maxPduBytes);
  return item(0x50, [
    item(0x51, [length]),
    text(0x52, IMPLEMENTATION_CLASS_UID),
    text(0x55, IMPLEMENTATION_VERSION),
  ]);
}

function associate(type: number, titles: { calledAE: string; callingAE: string }, parts: Buffer[]): Buffer {
  const fixed = Buffer.alloc(68);
  fixed.writeUInt16BE(1, 0);
  fixed.write(titles.calledAE.padEnd(16), 4, 16, 'latin1');
  fixed.write(titles.callingAE.padEnd(16), 20, 16, 'latin1');
  return pdu(type, Buffer.concat([fixed, ...parts]));
}

function text(type: number, value: string): Buffer {
  return item(type, [Buffer.from(value, 'latin1')]);
}

function item(type: number, parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const head = Buffer.from([type, 0, 0, 0]);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value]);
}

function short(type: number, body: readonly number[]): Buffer {
  return pdu(type, Buffer.from(body));
}

function pdu(type: number, body: Buffer): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt8(type, 0);
  head.writeUInt32BE(body.length, 2);
  return Buffer.concat([head, body]);
}
