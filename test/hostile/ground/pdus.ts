/** PDUs written by hand (PS3.8 9.3), lawful or not: nothing here checks anything. */

export const CT_IMAGE = '1.2.840.10008.5.1.4.1.1.2';
export const EXPLICIT_LE = '1.2.840.10008.1.2.1';
const VERIFICATION = '1.2.840.10008.1.1';
const APPLICATION_CONTEXT = '1.2.840.10008.3.1.1.1';

/** One proposed context. */
export interface Proposal {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
}

const CONTEXTS: readonly Proposal[] = [
  { id: 1, abstractSyntax: CT_IMAGE, transferSyntaxes: [EXPLICIT_LE] },
  { id: 3, abstractSyntax: VERIFICATION, transferSyntaxes: ['1.2.840.10008.1.2'] },
];

/** A-ASSOCIATE-RQ; titles may hold anything that 16 bytes hold. */
export function associateRequest(
  options: { contexts?: readonly Proposal[]; callingAE?: string; calledAE?: string } = {},
): Buffer {
  const { contexts = CONTEXTS, callingAE = 'LOCAL', calledAE = 'SLUICE' } = options;
  const fixed = Buffer.alloc(68, 0);
  fixed.writeUInt16BE(1, 0);
  fixed.write(calledAE.padEnd(16), 4, 16, 'latin1');
  fixed.write(callingAE.padEnd(16), 20, 16, 'latin1');
  const proposals = contexts.map(({ id, abstractSyntax, transferSyntaxes }) =>
    item(0x20, [
      Buffer.from([id, 0, 0, 0]),
      text(0x30, abstractSyntax),
      ...transferSyntaxes.map((uid) => text(0x40, uid)),
    ]),
  );
  const user = item(0x50, [item(0x51, [Buffer.from([0, 0, 0x40, 0])]), text(0x52, '2.25.1')]);
  return pdu(1, Buffer.concat([fixed, text(0x10, APPLICATION_CONTEXT), ...proposals, user]));
}

/** A C-STORE-RQ command (PS3.7 9.3.1.1) on context 1; UIDs may hold anything. */
export function storeCommand(sopInstanceUID: string, sopClassUID = CT_IMAGE): Buffer {
  return commandPdu(1, [
    [0x0002, Buffer.from(sopClassUID, 'latin1')],
    [0x0100, short(0x0001)],
    [0x0110, short(1)],
    [0x0700, short(0)],
    [0x0800, short(0)],
    [0x1000, Buffer.from(sopInstanceUID, 'latin1')],
  ]);
}

/** A C-ECHO-RQ on context 3. */
export function echoCommand(): Buffer {
  return commandPdu(3, [
    [0x0002, Buffer.from(VERIFICATION)],
    [0x0100, short(0x0030)],
    [0x0110, short(7)],
    [0x0800, short(0x0101)],
  ]);
}

/** P-DATA-TF with one PDV of a data set. */
export function dataPdu(bytes: Buffer, last: boolean, contextId = 1): Buffer {
  return pdv(contextId, last ? 2 : 0, bytes);
}

export const RELEASE_REQUEST = Buffer.from([5, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
export const ABORT = Buffer.from([7, 0, 0, 0, 0, 4, 0, 0, 0, 0]);

/** A whole PDU of any type. */
export function pdu(type: number, body: Buffer): Buffer {
  const head = Buffer.from([type, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(body.length, 2);
  return Buffer.concat([head, body]);
}

/** Status (0000,0900) of the response in a P-DATA-TF. */
export function statusOf(answer: Buffer | undefined): number | undefined {
  const at = answer?.indexOf(Buffer.from([0, 0, 0, 9, 2, 0, 0, 0])) ?? -1;
  return answer && at >= 0 ? answer.readUInt16LE(at + 8) : undefined;
}

function commandPdu(contextId: number, elements: readonly (readonly [number, Buffer])[]): Buffer {
  const body = Buffer.concat(elements.map(([element, value]) => commandElement(element, value)));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return pdv(contextId, 3, Buffer.concat([commandElement(0, length), body]));
}

function commandElement(element: number, value: Buffer): Buffer {
  const even = value.length % 2 === 0 ? value : Buffer.concat([value, Buffer.alloc(1)]);
  const head = Buffer.alloc(8);
  head.writeUInt16LE(element, 2);
  head.writeUInt32LE(even.length, 4);
  return Buffer.concat([head, even]);
}

function pdv(contextId: number, flags: number, bytes: Buffer): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt32BE(bytes.length + 2, 0);
  head.writeUInt8(contextId, 4);
  head.writeUInt8(flags, 5);
  return pdu(4, Buffer.concat([head, bytes]));
}

function item(type: number, parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const head = Buffer.from([type, 0, 0, 0]);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value]);
}

const text = (type: number, value: string): Buffer => item(type, [Buffer.from(value, 'latin1')]);

function short(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}
