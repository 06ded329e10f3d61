import type { ProposedContext } from '../listener.types.js';
import {
  ABORT_REASON,
  type AssociateAccept,
  type AssociateReject,
  type AssociateRequest,
  type ContextResult,
  PduError,
} from './pdu.types.js';

const FIXED_BYTES = 68;
const MAX_UID_BYTES = 64;

interface Item {
  readonly type: number;
  readonly value: Buffer;
}

/** Reads the body of an A-ASSOCIATE-RQ (PS3.8 9.3.2). @throws PduError */
export function decodeAssociateRequest(body: Buffer): AssociateRequest {
  const found = items(body.subarray(FIXED_BYTES));
  const contexts = found.filter((item) => item.type === 0x20).map((item) => proposedContext(item.value));
  if (new Set(contexts.map((context) => context.id)).size !== contexts.length) throw invalid();
  return {
    ...fixedPart(body),
    protocolVersion: body.readUInt16BE(0),
    applicationContext: one(found, 0x10),
    contexts,
    maxPduBytes: maxPdu(found),
  };
}

/** Reads the body of an A-ASSOCIATE-AC (PS3.8 9.3.3). @throws PduError */
export function decodeAssociateAccept(body: Buffer): AssociateAccept {
  const found = items(body.subarray(FIXED_BYTES));
  const contexts = found.filter((item) => item.type === 0x21).map((item) => contextResult(item.value));
  return { ...fixedPart(body), contexts, maxPduBytes: maxPdu(found) };
}

/** Reads the body of an A-ASSOCIATE-RJ (PS3.8 9.3.4). */
export function decodeAssociateReject(body: Buffer): AssociateReject {
  const source = body.readUInt8(2);
  return {
    result: body.readUInt8(1) === 1 ? 1 : 2,
    source: source === 1 || source === 2 ? source : 3,
    reason: body.readUInt8(3),
  };
}

function fixedPart(body: Buffer): { calledAE: string; callingAE: string } {
  return { calledAE: aeTitle(body.subarray(4, 20)), callingAE: aeTitle(body.subarray(20, 36)) };
}

/** Leading and trailing spaces are not significant (PS3.5 6.2, AE); NUL padding is tolerated. */
function aeTitle(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/^[ \0]+|[ \0]+$/g, '');
}

function items(bytes: Buffer): Item[] {
  const found: Item[] = [];
  for (let at = 0; at < bytes.length;) {
    if (at + 4 > bytes.length) throw invalid();
    const end = at + 4 + bytes.readUInt16BE(at + 2);
    if (end > bytes.length) throw invalid();
    found.push({ type: bytes.readUInt8(at), value: bytes.subarray(at + 4, end) });
    at = end;
  }
  return found;
}

function proposedContext(value: Buffer): ProposedContext {
  if (value.length < 4) throw invalid();
  const id = value.readUInt8(0);
  // Presentation context ids are odd (PS3.8 9.3.2.2).
  if (id % 2 === 0) throw invalid();
  const found = items(value.subarray(4));
  const transferSyntaxes = found.filter((item) => item.type === 0x40).map((item) => uid(item.value));
  if (transferSyntaxes.length === 0) throw invalid();
  return { id, abstractSyntax: one(found, 0x30), transferSyntaxes };
}

function contextResult(value: Buffer): ContextResult {
  if (value.length < 4) throw invalid();
  const result = value.readUInt8(2);
  const transferSyntax = items(value.subarray(4)).find((item) => item.type === 0x40);
  if (result !== 0)
    return {
      id: value.readUInt8(0),
      result: result === 1 || result === 3 || result === 4 ? result : 2,
      transferSyntax: '',
    };
  if (transferSyntax === undefined) throw invalid();
  return { id: value.readUInt8(0), result, transferSyntax: uid(transferSyntax.value) };
}

/** A missing maximum-length sub-item means no limit (PS3.8 D.1). */
function maxPdu(found: readonly Item[]): number {
  const user = found.find((item) => item.type === 0x50);
  const item = user && items(user.value).find((sub) => sub.type === 0x51);
  if (item === undefined) return 0;
  if (item.value.length !== 4) throw invalid();
  const bytes = item.value.readUInt32BE(0);
  // Below this no PDV of two bytes fits.
  if (bytes !== 0 && bytes < 8) throw invalid();
  return bytes;
}

function one(found: readonly Item[], type: number): string {
  const [item, second] = found.filter((candidate) => candidate.type === type);
  if (item === undefined || second !== undefined) throw invalid();
  return uid(item.value);
}

/** UIDs arrive padded by NUL or space from some senders, though PS3.8 F wants none. */
function uid(bytes: Buffer): string {
  const text = bytes.toString('latin1').replace(/[\0 ]+$/, '');
  if (text.length > MAX_UID_BYTES || !/^[0-9.]+$/.test(text)) throw invalid();
  return text;
}

function invalid(): PduError {
  return new PduError(ABORT_REASON.invalidParameter);
}
