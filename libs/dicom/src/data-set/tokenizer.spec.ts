import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, limitsOf } from '../limits.js';
import { element, elementIn, fragments, sequence } from '../part10/part10-fixture.js';
import {
  EXPLICIT_LE,
  encodeHeader,
  encodeItemHeader,
  IMPLICIT_LE,
  syntaxOf,
  type Syntax,
} from './encoding.js';
import type { Header, TokenSink } from './token-sink.types.js';
import { Tokenizer } from './tokenizer.js';

const NATIVE = syntaxOf('1.2.840.10008.1.2.1');
const IMPLICIT = syntaxOf('1.2.840.10008.1.2');
const JPEG = syntaxOf('1.2.840.10008.1.2.4.50');
const ID = element(0x00100020, 'LO', 'A1');

function log(lines: string[]): TokenSink {
  const name = (header: Header): string =>
    `${header.tag.toString(16).padStart(8, '0')} ${header.vr} ${header.length}`.trimEnd();
  return {
    done: false,
    element: (header) =>
      lines.push(
        `${name(header)} ${header.buffer.toString('latin1', header.valueStart, header.valueStart + header.length)}`,
      ),
    bulkStart: (header) => lines.push(`bulk ${name(header)}`),
    bulk: (piece) => lines.push(`bytes ${piece.length}`),
    bulkEnd: () => lines.push('bulk end'),
    sequenceStart: (header) => lines.push(`sequence ${name(header)}`),
    sequenceEnd: () => lines.push('sequence end'),
    itemStart: (header) => lines.push(`item ${header.length}`),
    itemEnd: () => lines.push('item end'),
  };
}

function read(bytes: Buffer, syntax: Syntax = NATIVE, limits = DEFAULT_LIMITS): string[] {
  const lines: string[] = [];
  const tokenizer = new Tokenizer(syntax, log(lines), limits);
  tokenizer.push(bytes);
  tokenizer.end();
  return lines;
}

describe('tokenizer', () => {
  it('reads sequences of defined and undefined length alike', () => {
    const defined = read(sequence(0x00081140, [ID, ID]));
    const open = read(sequence(0x00081140, [ID, ID], { undefinedLength: true }));
    const bare = (lines: string[]): string[] => lines.map((line) => line.replace(/ -?\d+$/, ''));
    expect(bare(open)).toEqual(bare(defined));
    expect(open).toEqual([
      'sequence 00081140 SQ -1',
      'item -1',
      '00100020 LO 2 A1',
      'item end',
      'item -1',
      '00100020 LO 2 A1',
      'item end',
      'sequence end',
    ]);
  });

  it('reads fragments as bulk, with their item headers, and what follows them', () => {
    const lines = read(
      Buffer.concat([fragments(0x7fe00010, [Buffer.alloc(6)]), element(0xfffcfffc, 'OB', Buffer.alloc(2))]),
      JPEG,
    );
    expect(lines).toEqual([
      'bulk 7fe00010 OB -1',
      'bytes 8',
      'bytes 8',
      'bytes 6',
      'bytes 8',
      'bulk end',
      'fffcfffc OB 2 \0\0',
    ]);
  });

  it('reads UN of undefined length, and UN of a known sequence, as implicit little endian', () => {
    const inner = elementIn(IMPLICIT_LE)(0x00100020, 'LO', 'A1');
    const open = Buffer.concat([
      encodeHeader({ tag: 0x00091001, vr: 'UN' }, 0xffffffff, EXPLICIT_LE),
      encodeItemHeader(0xfffee000, inner.length, IMPLICIT_LE),
      inner,
      encodeItemHeader(0xfffee0dd, 0, IMPLICIT_LE),
    ]);
    expect(read(open)).toEqual([
      'sequence 00091001 UN -1',
      'item 10',
      '00100020 LO 2 A1',
      'item end',
      'sequence end',
    ]);
    expect(read(sequence(0x00081140, [inner], { vr: 'UN' }))).toContain('00100020 LO 2 A1');
  });

  it('takes an unknown element in implicit VR for UN, with undefined length for a sequence', () => {
    expect(read(elementIn(IMPLICIT_LE)(0x00091001, 'UN', 'xy'), IMPLICIT)).toEqual(['00091001 UN 2 xy']);
    expect(
      read(sequence(0x00091001, [], { undefinedLength: true, encoding: IMPLICIT_LE }), IMPLICIT)[0],
    ).toBe('sequence 00091001 UN -1');
  });

  it.each<[string, Buffer, Syntax]>([
    [
      'a child longer than its item',
      sequence(0x00081140, [encodeHeader({ tag: 0x00100020, vr: 'LO' }, 400, EXPLICIT_LE)]),
      NATIVE,
    ],
    [
      'an item longer than its sequence',
      Buffer.concat([
        encodeHeader({ tag: 0x00081140, vr: 'SQ' }, 8, EXPLICIT_LE),
        encodeItemHeader(0xfffee000, 4, EXPLICIT_LE),
      ]),
      NATIVE,
    ],
    ['an item that ends inside a header', sequence(0x00081140, [ID.subarray(0, 6)]), NATIVE],
    [
      '4 GiB declared, 16 bytes there',
      Buffer.concat([encodeHeader({ tag: 0x7fe00010, vr: 'OW' }, 0xfffffffe, EXPLICIT_LE), Buffer.alloc(16)]),
      NATIVE,
    ],
    [
      'a sequence without its end',
      sequence(0x00081140, [ID], { undefinedLength: true }).subarray(0, -8),
      NATIVE,
    ],
    [
      'a sequence delimiter in place of an item delimiter',
      Buffer.concat([
        encodeHeader({ tag: 0x00081140, vr: 'SQ' }, 0xffffffff, EXPLICIT_LE),
        encodeItemHeader(0xfffee000, 0xffffffff, EXPLICIT_LE),
        encodeItemHeader(0xfffee0dd, 0, EXPLICIT_LE),
      ]),
      NATIVE,
    ],
    [
      'a delimiter with a length',
      Buffer.concat([
        encodeHeader({ tag: 0x00081140, vr: 'SQ' }, 0xffffffff, EXPLICIT_LE),
        encodeItemHeader(0xfffee0dd, 2, EXPLICIT_LE),
        Buffer.alloc(2),
      ]),
      NATIVE,
    ],
    ['an item at depth 0', encodeItemHeader(0xfffee000, 0, EXPLICIT_LE), NATIVE],
    ['an element twice', Buffer.concat([ID, ID]), NATIVE],
    ['elements out of order', Buffer.concat([ID, element(0x00080060, 'CS', 'CT')]), NATIVE],
    ['a command element', element(0x00000002, 'UI', '1.2'), NATIVE],
    ['a file meta element', element(0x00020010, 'UI', '1.2'), NATIVE],
    ['a VR that is none', Buffer.from('10002000zz020041', 'hex'), NATIVE],
    [
      'text of undefined length',
      encodeHeader({ tag: 0x00102180, vr: 'UT' }, 0xffffffff, EXPLICIT_LE),
      NATIVE,
    ],
    ['fragments in a native syntax', fragments(0x7fe00010, [Buffer.alloc(2)]), NATIVE],
    ['native pixels in an encapsulated syntax', element(0x7fe00010, 'OB', Buffer.alloc(2)), JPEG],
    [
      'a fragment of undefined length',
      Buffer.concat([
        encodeHeader({ tag: 0x7fe00010, vr: 'OB' }, 0xffffffff, EXPLICIT_LE),
        encodeItemHeader(0xfffee000, 0xffffffff, EXPLICIT_LE),
      ]),
      JPEG,
    ],
  ])('refuses %s', (_, bytes, syntax) => {
    expect(() => read(bytes, syntax)).toThrow(expect.objectContaining({ code: 'DICOM_MALFORMED' }));
  });

  it.each([
    ['depth', { maxDepth: 1 }, sequence(0x00081140, [sequence(0x00081140, [])])],
    ['elements', { maxElements: 1 }, Buffer.concat([ID, element(0x00100030, 'DA', '')])],
    ['items', { maxItems: 1 }, sequence(0x00081140, [ID, ID])],
    ['header bytes', { maxHeaderBytes: 9 }, ID],
  ])('limits %s', (_, limits, bytes) => {
    expect(() => read(bytes, NATIVE, limitsOf(limits))).toThrow(
      expect.objectContaining({ code: 'DICOM_LIMIT_EXCEEDED' }),
    );
  });

  it('lets a long value stream past and does not count it as header', () => {
    const lines = read(
      element(0x00420011, 'OB', Buffer.alloc(300)),
      NATIVE,
      limitsOf({ maxValueBytes: 200, maxHeaderBytes: 12 }),
    );
    expect(lines).toEqual(['bulk 00420011 OB 300', 'bytes 300', 'bulk end']);
  });
});
