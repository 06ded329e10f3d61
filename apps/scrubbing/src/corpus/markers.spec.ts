import { keywordOf, vrOf } from '@sluice/dicom';
import { describe, expect, it } from 'vitest';
import { scrubObject } from '../scrub-object.js';
import {
  bytesOf,
  sourceOf,
  type SampleElement,
  sampleElements,
  samplePart10,
  sampleReplacements,
} from '../testing/samples.js';

const MARK = 'ZQXJ';
const TEXT = new Set('AE AS CS DA DS DT IS LO LT PN SH ST TM UC UR UT'.split(' '));
/** These decide before anything is cleaned: a marker in them quarantines the object. */
const DECIDING = new Set([0x00080005, 0x00080016, 0x00080060, 0x00080064, 0x00280301, 0x00020010]);
const HIGHEST_GROUPS = [
  0x0008, 0x0100, 0x0400, 0x2000, 0x2300, 0x3002, 0x3010, 0x4000, 0x4ffe, 0x5200, 0x5600,
] as const;

const dictionary = [...standardTags()];
const marker = (tag: number) => `${MARK}${tag.toString(16).padStart(8, '0')}`;

describe('a marker planted', () => {
  it('in every standard text and UID attribute of depth 0 and 1 does not survive', async () => {
    const planted = dictionary.flatMap(([tag, vr]) => plant(tag, vr));
    expect(planted.length).toBeGreaterThan(3000);
    const nested = planted.filter(([tag]) => tag >>> 16 >= 8);
    await expectNoMarker([...planted, [0x52009229, 'SQ', [nested]]]);
  });

  it('in an item of every standard sequence does not survive', async () => {
    const sequences = dictionary.filter(([, vr]) => vr === 'SQ');
    expect(sequences.length).toBeGreaterThan(1000);
    const item = (tag: number): SampleElement[] => [
      [0x00080100, 'SH', marker(tag)],
      [0x00080102, 'SH', marker(tag)],
      [0x00080104, 'LO', marker(tag)],
      [0x00081155, 'UI', `1.2.3.${tag}`],
      [0x00100010, 'PN', marker(tag)],
      [0x0040a160, 'UT', marker(tag)],
    ];
    await expectNoMarker(sequences.map(([tag]) => [tag, 'SQ', [item(tag)]]));
  });

  it('in text behind a proven value, or behind its end, does not survive', async () => {
    await expectNoMarker([
      [0x00180015, 'CS', `KNEE\\${MARK}`],
      [0x00180050, 'DS', `1\\2\0${MARK}`],
      [0x00185100, 'CS', `HFS\0\0${MARK}`],
    ]);
  });

  it('under a VR that the attribute does not have does not survive', async () => {
    await expectNoMarker(
      [
        [0x00100010, 'OB', Buffer.from(`${MARK}AB`)],
        [0x00181210, 'OB', Buffer.from(`${MARK}AB`)],
        [0x00280010, 'LO', MARK],
        [0x00280030, 'UI', MARK],
        [0x00181100, 'SQ', [[[0x00100010, 'PN', MARK]]]],
      ],
      ['1.2.840.10008.1.2.1'],
    );
  });
});

async function expectNoMarker(
  planted: readonly SampleElement[],
  syntaxes = ['1.2.840.10008.1.2.1', '1.2.840.10008.1.2'],
): Promise<void> {
  for (const syntax of syntaxes) {
    const verdict = await scrubObject(
      {
        source: sourceOf(samplePart10(sampleElements(planted), syntax), 65_536),
        replacements: sampleReplacements,
      },
      bytesOf,
    );
    if (verdict.outcome !== 'clean') throw new Error(`${verdict.code}: ${verdict.detail}`);
    expect(formsOf(MARK).filter((form) => verdict.stored.includes(form))).toEqual([]);
    expect(survivingUids(verdict.stored)).toEqual([]);
  }
}

/** The marker's tail in ASCII, UTF-16 of both orders and base64 of the three alignments. */
function formsOf(mark: string): Buffer[] {
  const utf16 = Buffer.from(mark, 'utf16le');
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.from(`${' '.repeat(shift)}${mark}`)
      .toString('base64')
      .slice(shift + 1, -4),
  );
  return [
    Buffer.from(mark),
    utf16,
    Buffer.from(utf16).swap16(),
    ...base64.filter((form) => form.length > 2).map((form) => Buffer.from(form)),
  ];
}

function survivingUids(output: Buffer): string[] {
  return output.toString('latin1').match(/1\.2\.3\.\d+/g) ?? [];
}

function plant(tag: number, vr: string): SampleElement[] {
  if (DECIDING.has(tag)) return [];
  if (vr === 'UI') return [[tag, vr, `1.2.3.${tag}`]];
  return TEXT.has(vr) ? [[tag, vr, marker(tag)]] : [];
}

function* standardTags(): Generator<[tag: number, vr: string]> {
  for (const [at, first] of HIGHEST_GROUPS.entries()) {
    const next = HIGHEST_GROUPS[at + 1] ?? first + 2;
    const last = Math.min(next, first + 0x100);
    for (let group = first; group < last; group += 2) yield* tagsOfGroup(group);
  }
}

function* tagsOfGroup(group: number): Generator<[tag: number, vr: string]> {
  for (let element = 1; element <= 0xffff; element += 1) {
    const tag = group * 0x10000 + element;
    const vr = vrOf(tag);
    if (vr && keywordOf(tag)) yield [tag, vr];
  }
}
