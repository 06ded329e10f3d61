import { createHash } from 'node:crypto';
import { readElements } from '@sluice/dicom';
import { describe, expect, it } from 'vitest';
import { scrubObject, type ScrubVerdict } from './scrub-object.js';
import {
  bytesOf,
  CT_CLASS,
  chunksOf,
  sourceOf,
  EXPLICIT_LE,
  SAMPLE_UID,
  type SampleElement,
  sampleElements,
  samplePart10,
  sampleReplacements,
  us,
} from './testing/samples.js';

const scrub = (file: Buffer, chunk = 1000): Promise<ScrubVerdict<Buffer>> =>
  scrubObject({ source: sourceOf(file, chunk), replacements: sampleReplacements }, bytesOf);

async function cleanOf(more: readonly SampleElement[] = [], syntax = EXPLICIT_LE) {
  const verdict = await scrub(samplePart10(sampleElements(more), syntax));
  if (verdict.outcome !== 'clean') throw new Error(`${verdict.code} ${verdict.detail}`);
  const values = new Map<string, string>();
  await readElements(chunksOf(verdict.stored), ({ tag, path, value }) => {
    const at = [...path.map((step) => step.tag), tag]
      .map((one) => one.toString(16).padStart(8, '0'))
      .join('/');
    values.set(at, (value ?? Buffer.alloc(0)).toString('latin1').replace(/[ \0]+$/, ''));
  });
  return { verdict, values, text: verdict.stored.toString('latin1') };
}

const newUid = (suffix: string) => sampleReplacements.newUid(SAMPLE_UID + suffix);

describe('a clean object', () => {
  it('has a pseudonym, new UIDs, no dates, and says what was done', async () => {
    const { values, verdict } = await cleanOf();
    expect(values.get('00100010')).toBe('PSEUDONYMA234567');
    expect(values.get('00100020')).toBe('PSEUDONYMA234567');
    expect(values.get('00080020')).toBe('');
    expect(values.get('00100030')).toBe('');
    expect(values.has('0008103e')).toBe(false);
    expect(values.get('00180050')).toBe('1.25');
    expect(values.get('00080060')).toBe('CT');
    expect(values.get('00080018')).toBe(newUid('4'));
    expect(values.get('00200052')).toBe(newUid('9'));
    expect(values.get('00120062')).toBe('YES');
    expect(values.get('00120063')).toMatch(/^Sluice basic \d/);
    expect(values.get('00120064/00080100')).toBe('113100');
    expect(values.get('00280303')).toBe('REMOVED');
    expect(verdict).toMatchObject({
      deid: { sopInstanceUID: newUid('4'), seriesInstanceUID: newUid('3'), studyInstanceUID: newUid('2') },
      sopClassUID: CT_CLASS,
      transferSyntaxUID: EXPLICIT_LE,
    });
  });

  it('has the digest and size that the verdict names, and the person only there', async () => {
    const { verdict } = await cleanOf();
    expect(verdict.cleanDigest).toBe(createHash('sha256').update(verdict.stored).digest('hex'));
    expect(verdict.cleanSizeBytes).toBe(verdict.stored.length);
    expect(verdict.person).toEqual({
      patientID: 'PID-881234',
      issuerOfPatientID: '',
      patientName: 'Musterfrau^Erika',
    });
  });

  it('is the same, byte by byte, however its input is cut', async () => {
    const file = samplePart10(sampleElements());
    const [one, other] = [await scrub(file, 7), await scrub(file, 100_000)];
    expect(one).toEqual(other);
  });

  it('has file meta that follows: instance, writer, no sender, zeroed preamble', async () => {
    const file = samplePart10(sampleElements());
    file.write('Erika Musterfrau', 0);
    const verdict = await scrub(file);
    if (verdict.outcome !== 'clean') throw new Error(verdict.code);
    const meta = new Map<number, string>();
    await readElements(
      chunksOf(verdict.stored),
      ({ tag, value }) =>
        void (tag >>> 16 === 2 && meta.set(tag, value?.toString('latin1').replace(/[ \0]+$/, '') ?? '')),
    );
    expect(meta.get(0x00020003)).toBe(newUid('4'));
    expect(meta.get(0x00020002)).toBe(CT_CLASS);
    expect(meta.has(0x00020016)).toBe(false);
    expect(verdict.stored.subarray(0, 128)).toEqual(Buffer.alloc(128));
  });

  it('keeps its pixels and their table bytes', async () => {
    const { verdict } = await cleanOf();
    expect(verdict.stored.subarray(-8)).toEqual(Buffer.from('0102030405060708', 'hex'));
  });

  it('is cleaned three sequences deep: names, UIDs, private elements, references', async () => {
    const deepest: SampleElement[] = [
      [0x00080050, 'SH', 'ACC4711'],
      [0x00081155, 'UI', `${SAMPLE_UID}77`],
      [0x00090010, 'LO', 'MUSTERFRAU PRIVATE'],
      [0x00091001, 'LO', 'Erika'],
      [0x00100010, 'PN', 'Musterfrau^Erika'],
      [0x00189004, 'CS', 'RESEARCH'],
      [0x00204000, 'LT', 'called Musterfrau'],
    ];
    const { values, text } = await cleanOf([
      [0x52009229, 'SQ', [[[0x00289145, 'SQ', [[[0x00081199, 'SQ', [deepest]]]]]]]],
    ]);
    const path = '52009229/00289145/00081199/';
    expect(values.get(`${path}00100010`)).toBe('PSEUDONYMA234567');
    expect(values.get(`${path}00081155`)).toBe(newUid('77'));
    expect(values.get(`${path}00189004`)).toBe('RESEARCH');
    expect(values.get(`${path}00080050`)).toBe('');
    expect([...values.keys()].filter((key) => key.includes('00091001') || key.includes('00204000'))).toEqual(
      [],
    );
    expect(text).not.toContain('usterfrau');
  });

  it('has no private elements, group lengths, curves, or unknown standard elements', async () => {
    const { values } = await cleanOf([
      [0x00090010, 'LO', 'VENDOR'],
      [0x00091001, 'UN', Buffer.from('Musterfrau')],
      [0x00091002, 'SQ', [[[0x00100010, 'PN', 'Musterfrau']]]],
      [0x0028fff1, 'US', us(7)],
      [0x50003000, 'OW', Buffer.alloc(4)],
      [0xfffcfffc, 'OB', Buffer.from('Musterfrau')],
    ]);
    expect([...values.keys()].filter((key) => /^(0009|0028fff1|5000|fffc)/.test(key))).toEqual([]);
  });

  it('has no pixels below its own: icons were looked at by nothing', async () => {
    const icon: SampleElement[] = [[0x7fe00010, 'OW', Buffer.alloc(8, 7)]];
    const { values } = await cleanOf([
      [0x00880200, 'SQ', [icon]],
      [0x52009229, 'SQ', [icon]],
    ]);
    expect([...values.keys()].filter((key) => key.endsWith('/7fe00010'))).toEqual([]);
  });

  it('keeps well-known UIDs, and maps each of several values', async () => {
    const { values } = await cleanOf([
      [0x00081150, 'UI', CT_CLASS],
      [0x00080058, 'UI', `${SAMPLE_UID}1\\1.2.840.10008.1.2\\${SAMPLE_UID}2`],
      [0x00080014, 'UI', '1.2.840.10008.5.19630418'],
    ]);
    expect(values.get('00081150')).toBe(CT_CLASS);
    expect(values.get('00080058')).toBe(`${newUid('1')}\\1.2.840.10008.1.2\\${newUid('2')}`);
    expect(values.get('00080014')).toMatch(/^2\.25\.\d+$/);
  });

  it('keeps proven codes with themselves as meaning, and replaces local ones', async () => {
    const item = (code: string, scheme: string): SampleElement[] => [
      [0x00080100, 'SH', code],
      [0x00080102, 'SH', scheme],
      [0x00080104, 'LO', 'Musterfrau'],
    ];
    const proven = await cleanOf([[0x00082218, 'SQ', [item('818981001', 'SCT')]]]);
    expect(['00080100', '00080102', '00080104'].map((tag) => proven.values.get(`00082218/${tag}`))).toEqual([
      '818981001',
      'SCT',
      '818981001',
    ]);
    const local = await cleanOf([[0x00082218, 'SQ', [item('ERIKA1', 'SCT')]]]);
    expect(['00080100', '00080102', '00080104'].map((tag) => local.values.get(`00082218/${tag}`))).toEqual([
      'DEIDENTIFIED',
      '99SLUICE',
      'DEIDENTIFIED',
    ]);
  });

  it('keeps positions of several values where only some are technical', async () => {
    const { values } = await cleanOf([[0x00080008, 'CS', 'ORIGINAL\\PRIMARY\\ERIKA\\AXIAL']]);
    expect(values.get('00080008')).toBe('ORIGINAL\\PRIMARY\\UNKNOWN\\AXIAL');
  });

  it('judges an element of VR UN by the dictionary', async () => {
    const { values } = await cleanOf([
      [0x00100010, 'UN', Buffer.from('Musterfrau^Erika')],
      [0x00181210, 'UN', Buffer.from('Erika ')],
      [0x00280010, 'UN', us(2)],
    ]);
    expect(values.get('00100010')).toBe('PSEUDONYMA234567');
    expect(values.get('00181210')).toBe('DEIDENTIFIED');
    expect(values.get('00280010')).toBe('\x02');
  });

  it.each([
    ['implicit little endian', '1.2.840.10008.1.2'],
    ['deflated', '1.2.840.10008.1.2.1.99'],
    ['explicit big endian', '1.2.840.10008.1.2.2'],
  ])('is written in %s as it came', async (_, syntax) => {
    const bigEndian = syntax === '1.2.840.10008.1.2.2';
    const numbers = { 0x00280002: 1, 0x00280010: 2, 0x00280011: 2, 0x00280100: 16 };
    const more = Object.entries(numbers).map(
      ([tag, value]) => [Number(tag), 'US', us(value, bigEndian)] as const,
    );
    const { values, verdict } = await cleanOf(more, syntax);
    expect(values.get('00100010')).toBe('PSEUDONYMA234567');
    expect(values.get('00120064/00080104')).toBe('Basic Application Confidentiality Profile');
    expect(verdict.transferSyntaxUID).toBe(syntax);
  });
});

describe('an object is quarantined', () => {
  it('as unreadable when it is cut, and the sink never sees its end', async () => {
    const file = samplePart10(sampleElements());
    expect(await scrub(file.subarray(0, -3))).toMatchObject({
      outcome: 'quarantined',
      code: 'SCRUBBING_UNREADABLE',
    });
  });

  it('as unreadable when it is not DICOM', async () => {
    expect(await scrub(Buffer.from('Musterfrau, Erika'))).toMatchObject({
      outcome: 'quarantined',
      code: 'SCRUBBING_UNREADABLE',
    });
  });

  it('as unreadable when a UID is missing', async () => {
    expect(await scrub(samplePart10(sampleElements([[0x0020000d, 'UI', '']])))).toMatchObject({
      code: 'SCRUBBING_UNREADABLE',
    });
  });

  it('for its pixels before any of its bytes is given out', async () => {
    let given = 0;
    const file = samplePart10(sampleElements([[0x00280301, 'CS', 'YES']]));
    const verdict = await scrubObject(
      { source: sourceOf(file, 64), replacements: sampleReplacements },
      async (clean) => {
        for await (const chunk of clean) given += chunk.toString('latin1').includes('MONOCHROME2') ? 1 : 0;
      },
    );
    expect(verdict).toMatchObject({ code: 'SCRUBBING_PIXELS_UNPROVEN', detail: 'burned-in annotation' });
    expect(given).toBe(0);
  });

  it('for burned-in text that a nested item admits and the object itself denies', async () => {
    const file = samplePart10(
      sampleElements([
        [0x00081250, 'SQ', [[[0x00280301, 'CS', 'YES']]]],
        [0x00280301, 'CS', 'NO'],
      ]),
    );
    expect(await scrub(file)).toMatchObject({ detail: 'burned-in annotation' });
  });

  it('for an overlay in unused bits that nobody looks at; a plane of its own goes', async () => {
    expect(await scrub(samplePart10(sampleElements([[0x60000100, 'US', us(16)]])))).toMatchObject({
      detail: 'overlay in the bits of pixels',
    });
    const verdict = await scrub(samplePart10(sampleElements([[0x60003000, 'OW', Buffer.alloc(2)]])));
    if (verdict.outcome !== 'clean') throw new Error(verdict.detail);
    await readElements(chunksOf(verdict.stored), ({ tag }) => expect(tag >>> 24).not.toBe(0x60));
  });

  it('when something identifying stands where no rule looks: in a table of numbers', async () => {
    const hidden: SampleElement = [0x00283006, 'OW', Buffer.from(' Musterfrau ')];
    expect(await scrub(samplePart10(sampleElements([[0x00283010, 'SQ', [[hidden]]]])))).toMatchObject({
      code: 'SCRUBBING_RESIDUAL',
    });
  });

  it('when a deflated header still holds an original UID', async () => {
    const hidden: SampleElement = [0x00283006, 'OW', Buffer.from(` ${SAMPLE_UID}9 `)];
    expect(
      await scrub(samplePart10(sampleElements([[0x00283010, 'SQ', [[hidden]]]]), '1.2.840.10008.1.2.1.99')),
    ).toMatchObject({ code: 'SCRUBBING_RESIDUAL' });
  });
});

describe('what is no verdict', () => {
  it('is thrown on: the error of a sink', async () => {
    const refuse = scrubObject(
      { source: sourceOf(samplePart10(sampleElements())), replacements: sampleReplacements },
      () => Promise.reject(new Error('disk')),
    );
    await expect(refuse).rejects.toThrow('disk');
  });

  it('is a sink that did not read to the end', async () => {
    const lazy = scrubObject(
      { source: sourceOf(samplePart10(sampleElements())), replacements: sampleReplacements },
      () => Promise.resolve(1),
    );
    await expect(lazy).rejects.toThrow('before the end');
  });

  it('is a name that is also a term: a patient called Knee stops no knee', async () => {
    const { values } = await cleanOf([
      [0x00100010, 'PN', 'KNEE^ORIGINAL'],
      [0x00180015, 'CS', 'KNEE'],
    ]);
    expect(values.get('00180015')).toBe('KNEE');
  });
});
