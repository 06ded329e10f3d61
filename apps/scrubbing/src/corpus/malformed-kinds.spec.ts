import { describe, expect, it } from 'vitest';
import { loadProfile } from '../profile-file/load-profile.js';
import { scrubObject } from '../scrub-object.js';
import {
  bytesOf,
  sourceOf,
  type SampleElement,
  sampleElements,
  samplePart10,
  sampleReplacements,
} from '../testing/samples.js';

const MARK = 'Zqxjmarker';
const GBK_MARK = Buffer.from('d5c5ceb0', 'hex');
const MARKS = [Buffer.from(MARK), Buffer.from(MARK.toUpperCase()), GBK_MARK];
const IMPLICIT = '1.2.840.10008.1.2';
const UNDEFINED = 0xffffffff;
const LONG = /^(?:O[BDFLVW]|S[QV]|U[CNRTV])$/;

/** An element as bytes, with a length of one's own choice. */
function raw(tag: number, vr: string, value: Buffer | string, length?: number): Buffer {
  const bytes = Buffer.from(value);
  const header = Buffer.alloc(LONG.test(vr) ? 12 : 8);
  header.writeUInt16LE(tag >>> 16, 0);
  header.writeUInt16LE(tag & 0xffff, 2);
  header.write(vr, 4, 'latin1');
  if (header.length === 12) header.writeUInt32LE(length ?? bytes.length, 8);
  else header.writeUInt16LE(length ?? bytes.length, 6);
  return Buffer.concat([header, bytes]);
}
const item = (content: Buffer, length = content.length): Buffer => {
  const header = Buffer.from('feff00e000000000', 'hex');
  header.writeUInt32LE(length, 4);
  return Buffer.concat([header, content]);
};
const ITEM_END = Buffer.from('feff0de000000000', 'hex');
const SEQUENCE_END = Buffer.from('feffdde000000000', 'hex');
const name = raw(0x00100010, 'PN', `${MARK} `, 12).subarray(0, 19);
const even = `${MARK}^A`;

/** The sample with bytes of one's own between the elements below and above a tag. */
function withRaw(tag: number, bytes: Buffer, more: readonly SampleElement[] = []): Buffer {
  const elements = sampleElements(more);
  const rest = samplePart10(elements.filter(([at]) => at > tag));
  const dataSet = rest.subarray(144 + rest.readUInt32LE(140));
  return Buffer.concat([samplePart10(elements.filter(([at]) => at < tag)), bytes, dataSet]);
}

const long = `Thorax ${MARK} `.repeat(8);
/** What is wrong with it, and the object. */
const KINDS: readonly (readonly [kind: string, file: Buffer])[] = [
  ['a length that says less', withRaw(0x00081030, raw(0x00081030, 'LO', even, 2))],
  ['a length of nothing', withRaw(0x00081030, raw(0x00081030, 'LO', even, 0))],
  ['an odd length', withRaw(0x00081030, raw(0x00081030, 'LO', even, 11))],
  ['a length that says more', withRaw(0x00081030, raw(0x00081030, 'LO', even, 14))],
  ['a length beyond the end', withRaw(0x00081030, raw(0x00081030, 'UT', even, 0x7ffffffe))],
  ['an undefined length of a text', withRaw(0x00081030, raw(0x00081030, 'UT', even, UNDEFINED))],
  [
    'a CS that swallowed a name',
    withRaw(0x00080064, raw(0x00080064, 'CS', Buffer.concat([Buffer.from('SYN '), name]))),
  ],
  [
    'an LO that swallowed a name',
    withRaw(
      0x00081030,
      raw(0x00081030, 'LO', Buffer.concat([Buffer.from('Thorax'), name, Buffer.from(' ')])),
    ),
  ],
  [
    'a US that swallowed a name',
    withRaw(0x00280103, raw(0x00280103, 'US', Buffer.concat([Buffer.alloc(2), name, Buffer.alloc(1)]))),
  ],
  [
    'a DS that swallowed a name',
    withRaw(0x00180088, raw(0x00180088, 'DS', Buffer.concat([Buffer.from('1.5 '), name]))),
  ],
  [
    'a UI that swallowed a name',
    withRaw(0x00080014, raw(0x00080014, 'UI', Buffer.concat([Buffer.from('1.2\0'), name]))),
  ],
  ['a sequence of text', withRaw(0x00081032, raw(0x00081032, 'SQ', even))],
  [
    'an item longer than its sequence',
    withRaw(0x00081032, raw(0x00081032, 'SQ', item(Buffer.from(even), 400))),
  ],
  [
    'an item of half an element',
    withRaw(0x00081032, raw(0x00081032, 'SQ', item(raw(0x00100010, 'PN', even, 40)))),
  ],
  [
    'a sequence without its end',
    withRaw(0x00081032, raw(0x00081032, 'SQ', item(raw(0x00100010, 'PN', even)), UNDEFINED)),
  ],
  [
    'an item without its end',
    withRaw(
      0x00081032,
      raw(
        0x00081032,
        'SQ',
        Buffer.concat([item(raw(0x00100010, 'PN', even), UNDEFINED), SEQUENCE_END]),
        UNDEFINED,
      ),
    ),
  ],
  [
    'text after an item',
    withRaw(
      0x00081032,
      raw(0x00081032, 'SQ', Buffer.concat([item(raw(0x00100010, 'PN', even)), Buffer.from(even)])),
    ),
  ],
  [
    'an end of nothing',
    withRaw(0x00081032, Buffer.concat([SEQUENCE_END, ITEM_END, raw(0x00081032, 'SQ', '')]), [
      [0x00081030, 'LO', MARK],
    ]),
  ],
  [
    'a sequence under UN',
    withRaw(
      0x00081032,
      raw(
        0x00081032,
        'UN',
        Buffer.concat([item(raw(0x00100010, 'PN', even), UNDEFINED), ITEM_END, SEQUENCE_END]),
        UNDEFINED,
      ),
    ),
  ],
  [
    'a private sequence under UN',
    withRaw(0x00091001, raw(0x00091001, 'UN', item(raw(0x00100010, 'PN', even)))),
  ],
  ['a VR that nobody knows', withRaw(0x00081030, raw(0x00081030, 'QX', even))],
  ['a VR of blanks', withRaw(0x00081030, raw(0x00081030, '  ', even))],
  ['a VR of NULs', withRaw(0x00081030, raw(0x00081030, '\0\0', even))],
  ['a tag that nobody knows', withRaw(0x00187fff, raw(0x00187fff, 'LO', even))],
  [
    'a tag twice',
    withRaw(0x00100021, Buffer.concat([raw(0x00100021, 'LO', even), raw(0x00100021, 'LO', even)])),
  ],
  ['a tag out of order', withRaw(0x00181030, raw(0x00080080, 'LO', even))],
  ['a private element without its creator', withRaw(0x00091001, raw(0x00091001, 'LO', even))],
  ['text behind the pixels', Buffer.concat([samplePart10(sampleElements()), Buffer.from(even)])],
  [
    'an element behind the pixels',
    Buffer.concat([samplePart10(sampleElements()), raw(0x7fe10010, 'LO', even)]),
  ],
  ['an LO of 120 characters', withRaw(0x00081030, raw(0x00081030, 'LO', long.slice(0, 120)))],
  [
    'an LO of many values above 64 characters',
    withRaw(0x00081030, raw(0x00081030, 'LO', `${long}\\${long}\\A `)),
  ],
  [
    'a retained LO of many values above 64 characters',
    withRaw(0x00181000, raw(0x00181000, 'LO', `${long}\\${long}\\A `), [[0x00100010, 'PN', MARK]]),
  ],
  ['a name in an integer', withRaw(0x00200013, raw(0x00200013, 'IS', `1\\${MARK} `))],
  ['text after the NUL of a code', withRaw(0x00185100, raw(0x00185100, 'CS', `HFS\0${MARK}`))],
  ['GBK declared as ISO_IR 100', withRaw(0x00081030, raw(0x00081030, 'LO', GBK_MARK))],
  ['GBK in a retained attribute', withRaw(0x00181000, raw(0x00181000, 'LO', GBK_MARK))],
  [
    'a character set that nobody knows',
    withRaw(0x00081030, raw(0x00081030, 'LO', GBK_MARK), [[0x00080005, 'CS', 'X_MINE']]),
  ],
  [
    'text declared as implicit that is explicit',
    relabelled(samplePart10(sampleElements([[0x00081030, 'LO', even]])), IMPLICIT),
  ],
  [
    'text declared as big endian that is little',
    relabelled(samplePart10(sampleElements([[0x00081030, 'LO', even]])), '1.2.840.10008.1.2.2'),
  ],
  [
    'text declared as deflated that is not',
    relabelled(samplePart10(sampleElements([[0x00081030, 'LO', even]])), '1.2.840.10008.1.2.1.99'),
  ],
];

/** The same data set under the file meta of another syntax. */
function relabelled(file: Buffer, syntax: string): Buffer {
  const other = samplePart10(sampleElements(), syntax);
  const end = (one: Buffer) => 144 + one.readUInt32LE(140);
  return Buffer.concat([other.subarray(0, end(other)), file.subarray(end(file))]);
}

describe.each(['basic', 'research', 'cn'])('under %s a marker in', (profileName) => {
  it.each(KINDS)('%s is in no output', async (_, file) => {
    expect(MARKS.some((mark) => file.includes(mark))).toBe(true);
    const profile = await loadProfile(profileName);
    for (const size of [file.length, 7]) {
      const parts: Buffer[] = [];
      const verdict = await scrubObject(
        { source: sourceOf(file, size), replacements: sampleReplacements, profile },
        async (clean) => {
          const bytes = await bytesOf(clean);
          parts.push(bytes);
          return bytes;
        },
      );
      expect(verdict.outcome === 'clean' ? parts.length : 1).toBe(1);
      for (const bytes of parts) expect(MARKS.filter((mark) => bytes.includes(mark))).toEqual([]);
    }
  });
});

it('each kind has the outcome that it should, under basic', async () => {
  const outcomes: string[] = [];
  for (const [kind, file] of KINDS) {
    const source = sourceOf(file, 64);
    const verdict = await scrubObject({ source, replacements: sampleReplacements }, bytesOf);
    outcomes.push(`${verdict.outcome === 'clean' ? 'clean' : verdict.code}: ${kind}`);
  }
  expect(outcomes).toMatchInlineSnapshot(`
    [
      "SCRUBBING_UNREADABLE: a length that says less",
      "SCRUBBING_UNREADABLE: a length of nothing",
      "SCRUBBING_UNREADABLE: an odd length",
      "SCRUBBING_UNREADABLE: a length that says more",
      "SCRUBBING_UNREADABLE: a length beyond the end",
      "SCRUBBING_UNREADABLE: an undefined length of a text",
      "SCRUBBING_PIXELS_UNPROVEN: a CS that swallowed a name",
      "clean: an LO that swallowed a name",
      "clean: a US that swallowed a name",
      "clean: a DS that swallowed a name",
      "clean: a UI that swallowed a name",
      "SCRUBBING_UNREADABLE: a sequence of text",
      "SCRUBBING_UNREADABLE: an item longer than its sequence",
      "SCRUBBING_UNREADABLE: an item of half an element",
      "SCRUBBING_UNREADABLE: a sequence without its end",
      "SCRUBBING_UNREADABLE: an item without its end",
      "SCRUBBING_UNREADABLE: text after an item",
      "SCRUBBING_UNREADABLE: an end of nothing",
      "SCRUBBING_UNREADABLE: a sequence under UN",
      "clean: a private sequence under UN",
      "SCRUBBING_UNREADABLE: a VR that nobody knows",
      "SCRUBBING_UNREADABLE: a VR of blanks",
      "SCRUBBING_UNREADABLE: a VR of NULs",
      "clean: a tag that nobody knows",
      "SCRUBBING_UNREADABLE: a tag twice",
      "SCRUBBING_UNREADABLE: a tag out of order",
      "clean: a private element without its creator",
      "SCRUBBING_UNREADABLE: text behind the pixels",
      "clean: an element behind the pixels",
      "clean: an LO of 120 characters",
      "clean: an LO of many values above 64 characters",
      "clean: a retained LO of many values above 64 characters",
      "clean: a name in an integer",
      "clean: text after the NUL of a code",
      "clean: GBK declared as ISO_IR 100",
      "clean: GBK in a retained attribute",
      "clean: a character set that nobody knows",
      "SCRUBBING_UNREADABLE: text declared as implicit that is explicit",
      "SCRUBBING_UNREADABLE: text declared as big endian that is little",
      "SCRUBBING_UNREADABLE: text declared as deflated that is not",
    ]
  `);
});
