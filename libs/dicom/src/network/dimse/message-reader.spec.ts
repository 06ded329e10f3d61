import { describe, expect, it } from 'vitest';
import { PduError } from '../pdu/pdu.types.js';
import {
  type CommandSet,
  decodeCommand,
  encodeEchoRequest,
  encodeResponse,
  encodeStoreRequest,
} from './command-set.js';
import { MessageReader } from './message-reader.js';

function reader(): { reader: MessageReader; told: unknown[] } {
  const told: unknown[] = [];
  const sink = {
    command: (contextId: number, command: CommandSet) => void told.push([contextId, command.commandField]),
    data: (bytes: Buffer) => void told.push(bytes.toString()),
    dataEnd: () => void told.push('end'),
  };
  return { reader: new MessageReader(sink, (contextId) => contextId === 1 || contextId === 3), told };
}

function part(
  bytes: Buffer | string,
  over: Partial<{ contextId: number; command: boolean; last: boolean; pdvEnds: boolean }> = {},
) {
  return {
    contextId: 1,
    command: false,
    last: false,
    pdvEnds: true,
    bytes: Buffer.from(bytes as string),
    ...over,
  };
}

const STORE = encodeStoreRequest(5, '1.2.3', '1.2.3.4');

describe('MessageReader', () => {
  it('puts a command together from pieces and passes the data set through', () => {
    const { reader: messages, told } = reader();
    messages.take(part(STORE.subarray(0, 10), { command: true, last: true, pdvEnds: false }));
    messages.take(part(STORE.subarray(10), { command: true, last: true }));
    messages.take(part('ab'));
    messages.take(part('c', { last: true, pdvEnds: false }));
    messages.take(part('d', { last: true }));
    expect(told).toEqual([[1, 1], 'ab', 'c', 'd', 'end']);
    expect(messages.inDataSet).toBe(false);
  });

  it.each([
    ['a data set without a command', [part('x')], 5],
    ['a context that was not accepted', [part(STORE, { command: true, last: true, contextId: 5 })], 6],
    [
      'a data set on another context than its command',
      [part(STORE, { command: true, last: true }), part('x', { contextId: 3 })],
      6,
    ],
    [
      'a command in the middle of a data set',
      [part(STORE, { command: true, last: true }), part(STORE, { command: true, last: true })],
      5,
    ],
    [
      'a command that never ends',
      Array.from({ length: 20 }, () => part(Buffer.alloc(1000), { command: true })),
      6,
    ],
    ['empty fragments without end', Array.from({ length: 300 }, () => part('', { command: true })), 6],
    ['a command that is garbage', [part('garbage that is no command', { command: true, last: true })], 6],
  ])('refuses %s', (_what, parts, reason) => {
    const { reader: messages } = reader();
    expect(() => parts.forEach((each) => messages.take(each))).toThrow(expect.objectContaining({ reason }));
    expect(() => parts.forEach((each) => reader().reader.take({ ...each, contextId: 7 }))).toThrow(PduError);
  });
});

describe('command set', () => {
  it('reads what it writes', () => {
    expect(decodeCommand(STORE)).toMatchObject({
      commandField: 1,
      messageId: 5,
      hasDataSet: true,
      sopClassUID: '1.2.3',
      sopInstanceUID: '1.2.3.4',
      priority: 0,
    });
    expect(decodeCommand(encodeEchoRequest(9, '1.2.840.10008.1.1'))).toMatchObject({
      commandField: 0x30,
      messageId: 9,
      hasDataSet: false,
    });
  });

  it('answers with the request in hand, the status and the code', () => {
    const response = encodeResponse(decodeCommand(STORE), 0xa700, 'STORE_OUT_OF_SPACE');
    expect(decodeCommand(response)).toMatchObject({
      commandField: 0x8001,
      messageId: 5,
      hasDataSet: false,
      status: 0xa700,
      errorComment: 'STORE_OUT_OF_SPACE',
      sopInstanceUID: '1.2.3.4',
    });
    expect(response.readUInt32LE(8)).toBe(response.length - 12);
  });

  it('refuses elements out of order, of another group, or longer than the command', () => {
    const swapped = Buffer.concat([STORE.subarray(12, 26), STORE.subarray(0, 12)]);
    const foreign = Buffer.from(STORE);
    foreign.writeUInt16LE(8, 12);
    const long = Buffer.from(STORE);
    long.writeUInt32LE(0xffffffff, 16);
    for (const bytes of [swapped, foreign, long, STORE.subarray(0, 20)])
      expect(() => decodeCommand(bytes)).toThrow('DICOM_MALFORMED');
  });
});
