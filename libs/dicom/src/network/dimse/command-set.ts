import { SluiceError } from '@sluice/contracts';

/** Longest command set, bytes: the longest lawful one is a few hundred. */
export const MAX_COMMAND_BYTES = 16_384;

/** Command fields (PS3.7 E.1); a response has bit 0x8000. */
export const COMMAND = { cStore: 0x0001, cEcho: 0x0030, cCancel: 0x0fff, response: 0x8000 } as const;
/** CommandDataSetType that means: no data set follows (PS3.7 E.1). */
export const NO_DATA_SET = 0x0101;

/** One command set: elements of group 0000 as far as C-STORE and C-ECHO use them. */
export interface CommandSet {
  readonly commandField: number;
  readonly messageId: number;
  readonly hasDataSet: boolean;
  readonly sopClassUID: string;
  readonly sopInstanceUID: string;
  /** PS3.7 E.1: 0 medium, 1 high, 2 low. */
  readonly priority: number;
  /** Responses only. */
  readonly status: number;
  /** Responses only. */
  readonly errorComment: string;
}

const ELEMENT = {
  groupLength: 0x0000,
  sopClass: 0x0002,
  requestedSopClass: 0x0003,
  commandField: 0x0100,
  messageId: 0x0110,
  respondedTo: 0x0120,
  priority: 0x0700,
  dataSetType: 0x0800,
  status: 0x0900,
  errorComment: 0x0902,
  sopInstance: 0x1000,
  requestedSopInstance: 0x1001,
} as const;

/** Reads a command set, implicit VR little endian (PS3.7 6.3.1). @throws SluiceError DICOM_MALFORMED */
export function decodeCommand(bytes: Buffer): CommandSet {
  const elements = readElements(bytes);
  const commandField = number(elements, ELEMENT.commandField);
  const messageId = number(
    elements,
    (commandField & COMMAND.response) === 0 && commandField !== COMMAND.cCancel
      ? ELEMENT.messageId
      : ELEMENT.respondedTo,
  );
  return {
    commandField,
    messageId,
    hasDataSet: number(elements, ELEMENT.dataSetType) !== NO_DATA_SET,
    sopClassUID: text(elements, ELEMENT.sopClass) || text(elements, ELEMENT.requestedSopClass),
    sopInstanceUID: text(elements, ELEMENT.sopInstance) || text(elements, ELEMENT.requestedSopInstance),
    priority: optionalNumber(elements, ELEMENT.priority),
    status: optionalNumber(elements, ELEMENT.status),
    errorComment: text(elements, ELEMENT.errorComment),
  };
}

/** Fields of a C-STORE-RQ (PS3.7 9.3.1.1). */
export function encodeStoreRequest(messageId: number, sopClassUID: string, sopInstanceUID: string): Buffer {
  return encode([
    [ELEMENT.sopClass, sopClassUID],
    [ELEMENT.commandField, COMMAND.cStore],
    [ELEMENT.messageId, messageId],
    [ELEMENT.priority, 0],
    [ELEMENT.dataSetType, 0],
    [ELEMENT.sopInstance, sopInstanceUID],
  ]);
}

/** C-ECHO-RQ (PS3.7 9.3.5.1). */
export function encodeEchoRequest(messageId: number, sopClassUID: string): Buffer {
  return encode([
    [ELEMENT.sopClass, sopClassUID],
    [ELEMENT.commandField, COMMAND.cEcho],
    [ELEMENT.messageId, messageId],
    [ELEMENT.dataSetType, NO_DATA_SET],
  ]);
}

/** The response to any request: its UIDs come back, `comment` (LO, at most 64 characters) holds an error code and nothing else. */
export function encodeResponse(request: CommandSet, status: number, comment?: string): Buffer {
  return encode([
    ...(request.sopClassUID ? [[ELEMENT.sopClass, request.sopClassUID] as const] : []),
    [ELEMENT.commandField, request.commandField | COMMAND.response],
    [ELEMENT.respondedTo, request.messageId],
    [ELEMENT.dataSetType, NO_DATA_SET],
    [ELEMENT.status, status],
    ...(comment ? [[ELEMENT.errorComment, comment.slice(0, 64)] as const] : []),
    ...(request.sopInstanceUID ? [[ELEMENT.sopInstance, request.sopInstanceUID] as const] : []),
  ]);
}

function readElements(bytes: Buffer): Map<number, Buffer> {
  const elements = new Map<number, Buffer>();
  let previous = -1;
  for (let at = 0; at < bytes.length;) {
    if (at + 8 > bytes.length) throw malformed();
    const element = bytes.readUInt16LE(at + 2);
    const end = at + 8 + bytes.readUInt32LE(at + 4);
    if (bytes.readUInt16LE(at) !== 0 || element <= previous || end > bytes.length) throw malformed();
    elements.set(element, bytes.subarray(at + 8, end));
    previous = element;
    at = end;
  }
  return elements;
}

function number(elements: Map<number, Buffer>, element: number): number {
  const value = elements.get(element);
  if (value?.length !== 2) throw malformed();
  return value.readUInt16LE(0);
}

function optionalNumber(elements: Map<number, Buffer>, element: number): number {
  const value = elements.get(element);
  return value?.length === 2 ? value.readUInt16LE(0) : 0;
}

function text(elements: Map<number, Buffer>, element: number): string {
  return (elements.get(element)?.toString('latin1') ?? '').replace(/[\0 ]+$/, '');
}

/** Text is padded to even length: UIDs by NUL (PS3.5 9.1), the comment by space. */
function encode(elements: readonly (readonly [element: number, value: number | string])[]): Buffer {
  const body = elements.reduce((sum, [, value]) => sum + 8 + bytesOf(value), 0);
  const bytes = Buffer.alloc(12 + body);
  bytes.writeUInt32LE(4, 4);
  bytes.writeUInt32LE(body, 8);
  let at = 12;
  for (const [element, value] of elements) {
    bytes.writeUInt16LE(element, at + 2);
    bytes.writeUInt32LE(bytesOf(value), at + 4);
    if (typeof value === 'number') bytes.writeUInt16LE(value, at + 8);
    else
      bytes.write(element === ELEMENT.errorComment ? value.padEnd(bytesOf(value)) : value, at + 8, 'latin1');
    at += 8 + bytesOf(value);
  }
  return bytes;
}

function bytesOf(value: number | string): number {
  return typeof value === 'number' ? 2 : value.length + (value.length % 2);
}

function malformed(): SluiceError {
  return new SluiceError('DICOM_MALFORMED', { detail: 'command set' });
}
