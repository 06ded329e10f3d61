import { describe, expect, it } from 'vitest';
import { echoCommand, dataPdu, REQUEST } from '../testing/raw-peer.js';
import { decodeAssociateAccept, decodeAssociateRequest } from './associate-decoder.js';
import { PduDecoder } from './decoder.js';
import {
  encodeAbort,
  encodeAssociateAccept,
  encodeAssociateRequest,
  encodeDataHeader,
  encodeReleaseRequest,
  roomFor,
} from './encoder.js';
import { PduError } from './pdu.types.js';

/** Everything the decoder tells, with fragments of one PDV put together again. */
function decode(chunks: readonly Buffer[], maxPduBytes = 16_384): string[] {
  const told: string[] = [];
  let held: Buffer[] = [];
  const decoder = new PduDecoder(
    {
      header: (type) => void told.push(`header ${type}`),
      pdu: (type, body) => void told.push(`pdu ${type} ${body.toString('hex')}`),
      fragment: ({ contextId, command, last, bytes, pdvEnds }) => {
        held.push(Buffer.from(bytes));
        if (!pdvEnds) return;
        told.push(
          `pdv ${contextId} ${command ? 'command' : 'data'}${last ? ' last' : ''} ${Buffer.concat(held).toString('hex')}`,
        );
        held = [];
      },
    },
    maxPduBytes,
  );
  for (const chunk of chunks) decoder.feed(chunk);
  return told;
}

function twoPdvs(): Buffer {
  const pdvs = [
    Buffer.from('00000004010007080000', 'hex').subarray(0, 8),
    Buffer.from('0000000603020a0b0c0d', 'hex'),
  ];
  const head = Buffer.from([4, 0, 0, 0, 0, 18]);
  return Buffer.concat([head, ...pdvs]);
}

describe('PduDecoder', () => {
  const stream = Buffer.concat([
    encodeAssociateRequest(REQUEST),
    echoCommand(),
    dataPdu(Buffer.from('abcdef'), false),
    twoPdvs(),
    dataPdu(Buffer.alloc(0), true),
    encodeReleaseRequest(),
  ]);
  const whole = decode([stream]);

  it('reads several PDVs of one PDU, and an empty one', () => {
    expect(whole.slice(-7)).toEqual([
      'header 4',
      'pdv 1 data 0708',
      'pdv 3 data last 0a0b0c0d',
      'header 4',
      'pdv 1 data last ',
      'header 5',
      'pdu 5 00000000',
    ]);
  });

  it('reads the same from every split into two', () => {
    for (let at = 1; at < stream.length; at += 1)
      expect(decode([stream.subarray(0, at), stream.subarray(at)])).toEqual(whole);
  });

  it('reads the same byte by byte', () => {
    expect(decode(Array.from(stream, (byte) => Buffer.from([byte])))).toEqual(whole);
  });

  it.each([
    ['an unknown type', Buffer.from([9, 0, 0, 0, 0, 4]), 1],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n'), 1],
    ['32 MiB declared', Buffer.from([4, 0, 2, 0, 0, 0]), 6],
    ['an associate request of 4 GiB', Buffer.from([1, 0, 255, 255, 255, 255]), 6],
    ['a release of 5 bytes', Buffer.from([5, 0, 0, 0, 0, 5]), 6],
    ['a P-DATA-TF without a PDV', Buffer.from([4, 0, 0, 0, 0, 0]), 6],
    ['a PDV longer than its PDU', Buffer.from([4, 0, 0, 0, 0, 8, 0, 0, 0, 5, 1, 0]), 6],
    ['a PDV without its header', Buffer.from([4, 0, 0, 0, 0, 6, 0, 0, 0, 1, 1, 0]), 6],
    ['left-over bytes after the last PDV', Buffer.from([4, 0, 0, 0, 0, 9, 0, 0, 0, 2, 1, 0, 0, 0, 0]), 6],
  ])('refuses %s at its header', (_what, bytes, reason) => {
    expect(() => decode([bytes])).toThrow(expect.objectContaining({ reason }));
  });
});

describe('A-ASSOCIATE', () => {
  it('comes back from its own encoding', () => {
    expect(decodeAssociateRequest(encodeAssociateRequest(REQUEST).subarray(6))).toEqual(REQUEST);
    const accept = {
      calledAE: 'A',
      callingAE: 'B',
      maxPduBytes: 1234,
      contexts: [
        { id: 1, result: 0 as const, transferSyntax: '1.2.3' },
        { id: 3, result: 4 as const, transferSyntax: '' },
      ],
    };
    expect(decodeAssociateAccept(encodeAssociateAccept(accept).subarray(6))).toEqual(accept);
  });

  it.each([
    ['an even context id', [{ ...REQUEST.contexts[0]!, id: 2 }]],
    ['a context id used twice', [REQUEST.contexts[0]!, REQUEST.contexts[0]!]],
    ['a context without transfer syntaxes', [{ ...REQUEST.contexts[0]!, transferSyntaxes: [] }]],
    ['a class that is not a UID', [{ ...REQUEST.contexts[0]!, abstractSyntax: '../../etc' }]],
    ['a UID of 65 characters', [{ ...REQUEST.contexts[0]!, abstractSyntax: '1'.repeat(65) }]],
  ])('refuses %s', (_what, contexts) => {
    expect(() =>
      decodeAssociateRequest(encodeAssociateRequest({ ...REQUEST, contexts }).subarray(6)),
    ).toThrow(PduError);
  });

  it('refuses every truncation of its items and survives every flipped byte', () => {
    const body = encodeAssociateRequest(REQUEST).subarray(6);
    for (let end = 69; end < body.length; end += 1) {
      try {
        decodeAssociateRequest(body.subarray(0, end));
      } catch (error) {
        expect(error).toBeInstanceOf(PduError);
      }
    }
    for (let at = 0; at < body.length; at += 1) {
      const bent = Buffer.from(body);
      bent[at] = bent[at]! ^ 0xff;
      try {
        decodeAssociateRequest(bent);
      } catch (error) {
        expect(error).toBeInstanceOf(PduError);
      }
    }
  });
});

describe('encoder', () => {
  it('puts 0 as reason of a user abort and the given one of a provider abort', () => {
    expect([...encodeAbort(0, 6)]).toEqual([7, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
    expect([...encodeAbort(2, 6)]).toEqual([7, 0, 0, 0, 0, 4, 0, 0, 2, 6]);
  });

  it('keeps PDVs even and within the peer limit', () => {
    expect([roomFor(0), roomFor(16_384), roomFor(16_383), roomFor(8), roomFor(0xffffffff)]).toEqual([
      131_066, 16_378, 16_376, 2, 131_066,
    ]);
    expect(encodeDataHeader(1, 16_378, { command: false, last: true }).readUInt32BE(2)).toBe(16_384);
  });
});
