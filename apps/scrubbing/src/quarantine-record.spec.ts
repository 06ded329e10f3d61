import { QuarantineRecordV1 } from '@sluice/contracts';
import { type Codecs, createCodecs, type Rectangle } from '@sluice/dicom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BASIC } from './profile/profile.js';
import { quarantineRecord, watchChanges } from './quarantine-record.js';
import { scrubObject } from './scrub-object.js';
import {
  bytesOf,
  type SampleElement,
  sampleElements,
  samplePart10,
  sampleReplacements,
  sourceOf,
  us,
} from './testing/samples.js';

let codecs: Codecs;
beforeAll(() => void (codecs = createCodecs()));
afterAll(() => codecs.close());

const known = {
  outcome: '0123456789abcdef',
  sopClassUID: '1.2.840.10008.5.1.4.1.1.7',
  transferSyntaxUID: '1.2.840.10008.1.2.1',
  sealedSizeBytes: 4711,
};
const held = { code: 'SCRUBBING_PIXELS_UNPROVEN', detail: 'looking took too long' };

const recordOfFile = (file: Buffer, rectangles?: (frame: number) => readonly Rectangle[]) =>
  quarantineRecord({
    ...{ source: sourceOf(file), codecs, profile: BASIC, known },
    held: { ...held, ...(rectangles && { findings: { rectangles } }) },
  });

const recordOf = (more: readonly SampleElement[], rectangles?: (frame: number) => readonly Rectangle[]) =>
  recordOfFile(samplePart10(sampleElements(more)), rectangles);

/** Grey, 8 bits, `frames` frames of 600 x 4 pixels, each from dark to light. */
const long = (frames: number): SampleElement[] => [
  [0x00280004, 'CS', 'MONOCHROME2'],
  [0x00280008, 'IS', String(frames)],
  [0x00280010, 'US', us(4)],
  [0x00280011, 'US', us(600)],
  [0x00280100, 'US', us(8)],
  [0x7fe00010, 'OW', Buffer.from(Array.from({ length: frames * 2400 }, (_, at) => ((at % 600) >> 2) + 50))],
];

describe('the record of a quarantined instance', () => {
  it('says what kind of image it is, what stopped it, and not whom it shows', async () => {
    const record = await recordOf([
      [0x00080070, 'LO', 'Maker Inc.'],
      [0x00280301, 'CS', 'YES'],
    ]);
    expect(QuarantineRecordV1.safeParse(record).success).toBe(true);
    expect(record).toMatchObject({ ...known, ...held, profile: { name: 'basic' }, frames: 1 });
    expect(record.before).toMatchObject({
      Modality: 'CT',
      Manufacturer: 'Maker Inc.',
      BurnedInAnnotation: 'YES',
      Rows: '2',
      ImageType: 'ORIGINAL\\PRIMARY\\AXIAL',
    });
    const { pictures: _pictures, ...facts } = record;
    for (const word of ['usterfrau', 'Erika', '881234', 'Nirgends', '1.3.6.1.4.1.99999'])
      expect(JSON.stringify(facts)).not.toContain(word);
  });

  it('shows the first, the middle and the last frame, at most 512 pixels wide', async () => {
    const { frames, pictures, notPictured } = await recordOf(long(9));
    expect([frames, notPictured]).toEqual([9, undefined]);
    expect(pictures.map(({ when, frame, width }) => [when, frame, width])).toEqual([
      ['before', 0, 512],
      ['before', 4, 512],
      ['before', 8, 512],
    ]);
    for (const { png } of pictures) expect(Buffer.from(png, 'base64').subarray(1, 4).toString()).toBe('PNG');
  });

  it('shows each frame once where there are few, and afterwards with its masks', async () => {
    const masks = [{ x: 0, y: 0, width: 300, height: 4 }];
    const { pictures } = await recordOf(long(2), () => masks);
    expect(pictures.map(({ when, frame }) => `${when} ${frame}`)).toEqual([
      'before 0',
      'after 0',
      'before 1',
      'after 1',
    ]);
    expect(pictures[1]?.png).not.toBe(pictures[0]?.png);
  });

  it('of an object without pixels says that there are none', async () => {
    const record = await recordOfFile(samplePart10(sampleElements().filter(([tag]) => tag !== 0x7fe00010)));
    expect(record).toMatchObject({ frames: 0, pictures: [], notPictured: 'NO_PIXELS' });
  });

  it('of an object that is cut says what can be read, and why the rest cannot', async () => {
    const record = await recordOfFile(samplePart10(sampleElements(long(9))).subarray(0, 12_000));
    expect(record.before).toMatchObject({ Modality: 'CT', Columns: '600' });
    expect(record.pictures.map(({ frame }) => frame)).toEqual([0]);
    expect(record.notPictured).toMatch(/^DICOM_/);
  });

  it('of frames that are too large to draw says so', async () => {
    const sides: SampleElement[] = [0x00280010, 0x00280011].map((tag) => [tag, 'US', us(8200)]);
    const pixels = Buffer.alloc(8200 * 8200 + ((8200 * 8200) % 2));
    const record = await recordOf([...long(1), ...sides, [0x7fe00010, 'OW', pixels]]);
    expect(record).toMatchObject({ frames: 1, pictures: [], notPictured: 'FRAME_TOO_LARGE' });
  });

  it('of what is no DICOM at all is a record all the same', async () => {
    const record = await recordOfFile(Buffer.alloc(3000, 7));
    expect(QuarantineRecordV1.safeParse(record).success).toBe(true);
    expect(record.notPictured).toMatch(/^DICOM_/);
  });

  it('does not take an ill store for a bad object', async () => {
    const source = {
      async *open(): AsyncGenerator<Uint8Array> {
        yield Buffer.alloc(10);
        throw new Error('the store is ill');
      },
    };
    const record = quarantineRecord({ source, codecs, held, profile: BASIC, known });
    await expect(record).rejects.toThrow('ill');
  });
});

it('what became of elements is told by keyword, without a value', async () => {
  const { observe, changes } = watchChanges();
  const source = sourceOf(samplePart10(sampleElements([[0x00091001, 'LO', 'private']])));
  await scrubObject({ source, replacements: sampleReplacements, observe }, bytesOf);
  expect([...changes.removed]).toContain('InstitutionName');
  expect([...changes.replaced]).toContain('PatientID');
  expect([...changes.removed].join()).toContain('1001');
  expect(changes.counts.kept).toBeGreaterThan(5);
});
