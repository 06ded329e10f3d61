import { describe, expect, it } from 'vitest';
import { parseProfile } from '../profile-file/load-profile.js';
import { scrubObject, type ScrubVerdict } from '../scrub-object.js';
import { cleanValues } from '../testing/clean.js';
import {
  bytesOf,
  type SampleElement,
  sampleElements,
  samplePart10,
  sampleReplacements,
  sourceOf,
} from '../testing/samples.js';
import type { Profile } from '../profile/profile.js';

const profileOf = (text = '') => parseProfile(`name: mine\nbase: basic\n${text}`);
const documentOf = (suffix: string, kind: string, content: string): SampleElement[] => [
  [0x00080016, 'UI', `1.2.840.10008.5.1.4.1.1.104.${suffix}`],
  [0x00080060, 'CS', 'DOC'],
  [0x00420010, 'ST', 'Musterfrau'],
  [0x00420011, 'OB', Buffer.from(content)],
  [0x00420012, 'LO', kind],
];

/** The sample without its pixels: documents and directories have none. */
function scrubSample(more: readonly SampleElement[], profile: Profile): Promise<ScrubVerdict<Buffer>> {
  const file = samplePart10(sampleElements(more).filter(([tag]) => tag >>> 16 !== 0x7fe0));
  return scrubObject({ source: sourceOf(file), replacements: sampleReplacements, profile }, bytesOf);
}

describe.each([
  ['1', 'application/pdf', '%PDF-1.7 Musterfrau '],
  ['2', 'text/XML', '<ClinicalDocument><name>Musterfrau</name></ClinicalDocument> '],
  ['3', 'model/stl', 'solid Musterfrau'],
  ['4', 'model/obj', 'o Musterfrau'],
  ['5', 'model/mtl', 'newmtl Musterfrau '],
])('an encapsulated document of class 104.%s (%s)', (suffix, kind, content) => {
  it('is dropped by policy, or held for a person', async () => {
    const document = documentOf(suffix, kind, content);
    expect(await scrubSample(document, profileOf())).toEqual({
      ...{ outcome: 'quarantined', code: 'SCRUBBING_DOCUMENT_DROPPED' },
      detail: 'documents are dropped by policy',
    });
    expect(await scrubSample(document, profileOf('documents: hold\n'))).toMatchObject({
      code: 'SCRUBBING_DOCUMENT_HELD',
    });
  });

  it('is one by its class alone, and by the document alone', async () => {
    const [sopClass] = documentOf(suffix, kind, content);
    const without = await scrubSample([sopClass!], profileOf());
    const inCT = await scrubSample([[0x00420011, 'OB', Buffer.from(content)]], profileOf());
    for (const verdict of [without, inCT])
      expect(verdict).toMatchObject({ code: 'SCRUBBING_DOCUMENT_DROPPED' });
  });
});

it('a document below a sequence is taken out', async () => {
  const nested: SampleElement = [0x00400275, 'SQ', [[[0x00420011, 'OB', Buffer.from('%PDF Musterfrau ')]]]];
  const values = await cleanValues([nested], profileOf());
  expect([...values.values()].some((value) => value.includes('Musterfrau'))).toBe(false);
});

it('a document of more than the header holds is one too', async () => {
  const large = documentOf('1', 'application/pdf', '%PDF-1.7 ' + 'Musterfrau '.repeat(200_000));
  expect(await scrubSample(large, profileOf())).toMatchObject({ code: 'SCRUBBING_DOCUMENT_DROPPED' });
});

it('nobody can ask for a document to be cleaned', () => {
  expect(() => profileOf('documents: clean\n')).toThrow('documents: not one of the allowed values');
});

it.each<[string, SampleElement[]]>([
  ['its class', [[0x00080016, 'UI', '1.2.840.10008.1.3.10']]],
  ['its flag', [[0x00041212, 'US', Buffer.alloc(2)]]],
  ['its records', [[0x00041220, 'SQ', [[[0x00100010, 'PN', 'Musterfrau']]]]]],
])('a DICOMDIR has a verdict of its own, known by %s', async (_, more) => {
  expect(await scrubSample(more, profileOf())).toMatchObject({
    ...{ outcome: 'quarantined', code: 'SCRUBBING_DIRECTORY' },
  });
});
