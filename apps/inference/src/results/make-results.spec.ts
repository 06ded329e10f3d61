import { readNamed, type NamedDataSet } from '@sluice/dicom';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Contract } from '../input/contract.js';
import { itemsOf, numbersOf, textOf } from '../input/header.js';
import { contractOf, opened } from '../input/testing/made-input.js';
import { makeResults, type Results } from './make-results.js';
import type { SecondOpinion } from './second-opinion.js';
import { answeredPhantom, LESION, MM, SIZE, truthOf } from './testing/phantom.js';
import { readPng } from './testing/read-png.js';
import { ask, SKIP_TOOLS } from './testing/tools.js';
import { resultUids } from './uids.js';

const contract = contractOf('breast-us');
const model = { name: 'breast-us', version: '1', digest: 'a1'.repeat(32) };
const SECOND = { name: 'breast-us-svm', version: '1', digest: 'c3'.repeat(32) };
const newUid = resultUids('b'.repeat(64), model.digest);
const PIXELS = SIZE.columns * SIZE.rows;

interface Case {
  readonly change?: NamedDataSet;
  readonly contract?: Contract;
  readonly truth?: Uint8Array;
  readonly second?: SecondOpinion;
}

async function resultsOf({ change, truth, second, contract: other = contract }: Case = {}): Promise<Results> {
  const answered = await answeredPhantom(other, change, truth);
  const { input } = answered;
  const frames = answered.frames.map((frame) => (second ? { ...frame, second } : frame));
  return makeResults({ dataSet: input.dataSet, model, contract: other, frames, newUid });
}

const asMr: Contract = {
  ...contract,
  fits: { ...contract.fits, modality: ['MR'], bodyPart: ['BRAIN'], lesionInPicture: 'possible' },
};
const SMALL = { x: 120, y: 90, longHalf: 20, shortHalf: 20, turned: 0 };
const small = truthOf(SMALL);
const both = truthOf(LESION).map((one, at) => one | (small[at] as number));
const rgb = Buffer.from(Uint8Array.from({ length: 3 * PIXELS }, (_, at) => (at * 7) % 250));

const SLICE: NamedDataSet = {
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
  Modality: 'MR',
  BodyPartExamined: 'BRAIN',
  SequenceOfUltrasoundRegions: [],
  FrameOfReferenceUID: '2.25.104',
  PositionReferenceIndicator: '',
  ImagePositionPatient: '-10\\-20\\30.5',
  ImageOrientationPatient: '1\\0\\0\\0\\1\\0',
  PixelSpacing: '0.5\\0.25',
  SliceThickness: '5',
};

/** Objects of many kinds, all with the lesion. */
const CASES: Readonly<Record<string, Case>> = {
  'the ultrasound phantom': {},
  'one without spacing': { change: { SequenceOfUltrasoundRegions: [] } },
  'one without a date': { change: { StudyDate: '', StudyTime: '' } },
  'a blank picture': { change: { PixelData: Buffer.alloc(PIXELS, 9) } },
  'one in which nothing is found': { truth: new Uint8Array(PIXELS) },
  'one with two lesions': {
    contract: { ...contract, outline: { ...contract.outline, parts: 'all' } },
    truth: both,
  },
  'colours that lost something': {
    change: {
      SamplesPerPixel: [3],
      PhotometricInterpretation: 'RGB',
      PlanarConfiguration: [0],
      PixelData: rgb,
      LossyImageCompression: '01',
      LossyImageCompressionRatio: '12.5',
      LossyImageCompressionMethod: 'ISO_10918_1',
    },
  },
  'two frames': {
    contract: { ...contract, fits: { ...contract.fits, frames: 'each' } },
    change: {
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.3.1',
      NumberOfFrames: '2',
      PixelData: Buffer.concat([phantomPixels(), phantomPixels()]),
    },
  },
  'one that a second model judges otherwise': { second: { model: SECOND, probabilities: [0.75, 0.25] } },
  'one of which a second model says nothing': { second: { model: SECOND, probabilities: undefined } },
  'a slice in a frame of reference': { contract: asMr, change: SLICE },
  'a slice of unknown thickness': { contract: asMr, change: { ...SLICE, SliceThickness: '' } },
};

function phantomPixels(): Buffer {
  return Buffer.from(Uint8Array.from({ length: PIXELS }, (_, at) => (at * 13) % 251));
}

const made = new Map<string, Results>();
beforeAll(async () => {
  for (const [name, one] of Object.entries(CASES)) made.set(name, await resultsOf(one));
});
const results = (name = 'the ultrasound phantom'): Results => {
  const found = made.get(name);
  if (!found) throw new Error(`no case ${name}`);
  return found;
};
const objectsOf = ({ segmentation, report, capture }: Results) =>
  Object.entries({ segmentation, report, capture }).filter(
    (entry): entry is [string, Buffer] => entry[1] !== undefined,
  );

describe.skipIf(SKIP_TOOLS)("results are read by other people's tools", () => {
  it.each(Object.keys(CASES))('of %s', async (name) => {
    const { report, segmentation, capture } = results(name);
    for (const [kind, object] of objectsOf(results(name))) {
      const { output } = await ask('dciodvfy', object);
      const errors = output.split('\n').filter((line) => line.startsWith('Error'));
      expect({ kind, errors }).toEqual({ kind, errors: [] });
      expect((await ask('dcmdump', object)).code).toBe(0);
    }
    const { code, output } = await ask('dsrdump', report, ['+Pl']);
    expect({ code, warnings: output.match(/^[EF]:.*$/gm) ?? [] }).toEqual({ code: 0, warnings: [] });
    expect(output).toContain('Imaging Measurement Report');
    expect(output.match(/"Long Axis"/g)?.length ?? 0).toBe(
      segmentation === undefined ? 0 : results(name).finding.frames.flatMap(({ lesions }) => lesions).length,
    );
    expect(capture.length).toBeGreaterThan(3 * PIXELS);
  });

  it('with the length that was planted, in millimetres', async () => {
    const { output } = await ask('dsrdump', results().report);
    const long = Number(/"Long Axis"\)="([\d.]+)" \(mm,/.exec(output)?.[1]);
    const short = Number(/"Short Axis"\)="([\d.]+)" \(mm,/.exec(output)?.[1]);
    const area = Number(/"Area"\)="([\d.]+)" \(mm2,/.exec(output)?.[1]);
    expect(long / (2 * LESION.longHalf * MM)).toBeCloseTo(1, 1.3);
    expect(Math.abs(long / (2 * LESION.longHalf * MM) - 1)).toBeLessThan(0.05);
    expect(Math.abs(short / (2 * LESION.shortHalf * MM) - 1)).toBeLessThan(0.05);
    expect(Math.abs(area / (Math.PI * LESION.longHalf * LESION.shortHalf * MM * MM) - 1)).toBeLessThan(0.05);
    expect(output).toMatch(/Verification Flag +: UNVERIFIED/);
    expect(output).toMatch(/Preliminary Flag +: PRELIMINARY/);
  });
});

describe('the segmentation', () => {
  it('read back is the mask, bit for bit, and its source is named', async () => {
    const { input, frames } = await answeredPhantom(contract);
    const object = results().segmentation ?? Buffer.alloc(0);
    const mask = bitsOf(object, PIXELS);
    const { part } = frames[0]?.lesions[0] ?? {};
    const expected = new Uint8Array(PIXELS);
    for (const [at, one] of part?.data.entries() ?? [])
      expected[
        ((part?.box.top ?? 0) + Math.floor(at / (part?.box.width ?? 1))) * SIZE.columns +
          (part?.box.left ?? 0) +
          (at % (part?.box.width ?? 1))
      ] = one;
    expect(Buffer.from(mask).equals(Buffer.from(expected))).toBe(true);
    const truth = truthOf(LESION);
    const common = truth.filter((one, at) => one === 1 && mask[at] === 1).length;
    expect((2 * common) / (sum(truth) + sum(mask))).toBeGreaterThan(0.98);
    const dataSet = await readNamed(opened(object)());
    const [group] = itemsOf(dataSet, 'PerFrameFunctionalGroupsSequence');
    const [derivation] = itemsOf(group ?? {}, 'DerivationImageSequence');
    const [source] = itemsOf(derivation ?? {}, 'SourceImageSequence');
    expect(textOf(source ?? {}, 'ReferencedSOPInstanceUID')).toBe(textOf(input.dataSet, 'SOPInstanceUID'));
    const [segment] = itemsOf(dataSet, 'SegmentSequence');
    expect(segment).toMatchObject({ SegmentAlgorithmType: 'AUTOMATIC', SegmentAlgorithmName: 'breast-us' });
    expect(dataSet['FrameOfReferenceUID']).toBeUndefined();
  });

  it('has a segment and a frame for each lesion, larger first', async () => {
    const object = results('one with two lesions').segmentation ?? Buffer.alloc(0);
    const dataSet = await readNamed(opened(object)());
    const numbers = itemsOf(dataSet, 'SegmentSequence').map((item) => numbersOf(item, 'SegmentNumber')[0]);
    expect([numbers, textOf(dataSet, 'NumberOfFrames')]).toEqual([[1, 2], '2']);
    const bits = bitsOf(object, 2 * PIXELS);
    const [first, second] = [sum(bits.subarray(0, PIXELS)), sum(bits.subarray(PIXELS))];
    expect(Math.abs(first / (Math.PI * LESION.longHalf * LESION.shortHalf) - 1)).toBeLessThan(0.05);
    expect(Math.abs(second / (Math.PI * 400) - 1)).toBeLessThan(0.05);
  });

  it('of several frames names the frame of the source', async () => {
    const dataSet = await readNamed(opened(results('two frames').segmentation ?? Buffer.alloc(0))());
    expect(JSON.stringify(dataSet).match(/"ReferencedFrameNumber":"(\d)"/g)).toEqual([
      '"ReferencedFrameNumber":"1"',
      '"ReferencedFrameNumber":"2"',
    ]);
  });

  it('stands in the frame of reference of its source', async () => {
    const dataSet = await readNamed(
      opened(results('a slice in a frame of reference').segmentation ?? Buffer.alloc(0))(),
    );
    expect(dataSet['FrameOfReferenceUID']).toBe('2.25.104');
    expect(itemsOf(dataSet, 'SharedFunctionalGroupsSequence')[0]).toEqual({
      PixelMeasuresSequence: [{ PixelSpacing: '0.5\\0.25', SliceThickness: '5' }],
    });
    expect(itemsOf(dataSet, 'PerFrameFunctionalGroupsSequence')[0]).toMatchObject({
      PlanePositionSequence: [{ ImagePositionPatient: '-10\\-20\\30.5' }],
    });
  });

  it('is not there where nothing was found', () => {
    expect(results('one in which nothing is found').segmentation).toBeUndefined();
  });
});

describe('a second opinion', () => {
  it('stands beside the first, with whether both agree; where they do not, a person looks sooner', async () => {
    const { finding, report } = results('one that a second model judges otherwise');
    expect(finding.frames[0]?.classes[1]).toEqual({ name: 'malignant', probability: 0.7 });
    expect(finding.frames[0]?.secondOpinion).toEqual({
      model: SECOND,
      agreement: 'disagrees',
      classes: [
        { name: 'benign', probability: 0.75 },
        { name: 'malignant', probability: 0.25 },
      ],
    });
    expect(finding.triage.reasons).toContain('second-opinion-disagrees');
    const groups = await groupsOf(report);
    expect(groups.at(-1)).toContain('Second opinion of breast-us-svm 1: disagrees');
    expect(groups.at(-1)).toContain(`sha256:${SECOND.digest}`);
    expect(groups.slice(0, -1).join()).not.toContain('breast-us-svm');
  });

  it('that is missing is told as missing', () => {
    const { finding } = results('one of which a second model says nothing');
    expect(finding.frames[0]?.secondOpinion).toMatchObject({ agreement: 'missing', classes: [] });
    expect(finding.triage.reasons).toContain('second-opinion-missing');
  });
});

/** The measurement groups of a report, each as text. */
async function groupsOf(report: Buffer): Promise<string[]> {
  const [measurements] = itemsOf(await readNamed(opened(report)()), 'ContentSequence').slice(-1);
  return itemsOf(measurements!, 'ContentSequence').map((group) => JSON.stringify(group));
}

describe('all results', () => {
  it('are the same bytes in a second run, and others for another model', async () => {
    const again = await resultsOf();
    expect(again).toEqual(results());
    const { input, frames } = await answeredPhantom(contract);
    const other = { ...model, digest: 'c'.repeat(64) };
    const next = makeResults({
      dataSet: input.dataSet,
      model: other,
      contract,
      frames,
      newUid: resultUids('b'.repeat(64), other.digest),
    });
    expect(next.finding.results.report).not.toBe(results().finding.results.report);
  });

  it('have the patient, the study and the (shifted) time of their source, and no other date', async () => {
    for (const [kind, object] of objectsOf(results())) {
      const dataSet = await readNamed(opened(object)());
      expect(dataSet, kind).toMatchObject({
        PatientName: 'PSEUDONYM^7',
        StudyInstanceUID: '2.25.102',
        ContentDate: '20010203',
        ContentTime: '101112',
      });
      const dates = Object.entries(dataSet).filter(
        ([keyword, value]) => /Date|Time/.test(keyword) && value !== '',
      );
      expect(dates.every(([, value]) => value === '20010203' || value === '101112')).toBe(true);
    }
  });

  it('without any date have a constant one', async () => {
    const dataSet = await readNamed(opened(results('one without a date').report)());
    expect([dataSet['ContentDate'], dataSet['StudyDate']]).toEqual(['19000101', '']);
  });
});

describe('the finding', () => {
  it('says sizes, probabilities and why the study is urgent', () => {
    const { finding } = results();
    expect(finding).toMatchObject({
      model,
      object: { sopInstanceUid: '2.25.101', modality: 'US' },
      triage: { class: 'urgent', reasons: ['probability-urgent', 'long-axis'] },
      frames: [
        {
          frame: 1,
          spacingFrom: 'ultrasound-region',
          classes: [
            { name: 'benign', probability: 0.3 },
            { name: 'malignant', probability: 0.7 },
          ],
        },
      ],
    });
    const [lesion] = finding.frames[0]?.lesions ?? [];
    expect(lesion).toMatchObject({ segment: 1, longAxis: { unit: 'mm' }, area: { unit: 'mm' } });
    expect(JSON.stringify(finding)).not.toMatch(/20010203|PSEUDONYM|P7/);
  });

  it('without spacing says pixels and no millimetre', () => {
    const { finding } = results('one without spacing');
    expect(finding.triage.reasons).toEqual(['probability-urgent']);
    const [lesion] = finding.frames[0]?.lesions ?? [];
    expect(lesion?.longAxis.unit).toBe('pixel');
    expect(Math.abs((lesion?.longAxis.value ?? 0) / (2 * LESION.longHalf) - 1)).toBeLessThan(0.05);
  });

  it('with oblong pixels measures what is there', () => {
    const [lesion] = results('a slice in a frame of reference').finding.frames[0]?.lesions ?? [];
    // The same ellipse on rows of 0.5 mm and columns of 0.25 mm.
    const angle = (LESION.turned * Math.PI) / 180;
    const along = [
      LESION.longHalf * Math.cos(angle) * 0.25,
      LESION.longHalf * Math.sin(angle) * 0.5,
    ] as const;
    const across = [
      -LESION.shortHalf * Math.sin(angle) * 0.25,
      LESION.shortHalf * Math.cos(angle) * 0.5,
    ] as const;
    const points = Array.from({ length: 3600 }, (_, at) => (at * Math.PI) / 1800);
    const farthest = Math.max(
      ...points.map((t) =>
        Math.hypot(
          along[0] * Math.cos(t) + across[0] * Math.sin(t),
          along[1] * Math.cos(t) + across[1] * Math.sin(t),
        ),
      ),
    );
    expect(Math.abs((lesion?.longAxis.value ?? 0) / (2 * farthest) - 1)).toBeLessThan(0.05);
  });

  it('of a picture in which nothing was found, or of a blank one, sends it to a reader soon', () => {
    const nothing = results('one in which nothing is found').finding;
    expect(nothing.triage.reasons).toContain('nothing-found-where-a-lesion-was-expected');
    expect(results('a blank picture').finding.triage).toEqual({ class: 'soon', reasons: ['blank-frame'] });
  });
});

describe('the pictures', () => {
  it('show the outline, and the capture says what it is below the picture', async () => {
    const { capture, picture } = results();
    const dataSet = await readNamed(opened(capture)());
    const [rows = 0] = numbersOf(dataSet, 'Rows');
    const pixels = capture.subarray(capture.length - 3 * rows * SIZE.columns);
    expect(rows).toBeGreaterThan(SIZE.rows);
    const strip = pixels.subarray(3 * PIXELS);
    expect(strip.filter((sample) => sample === 255).length).toBeGreaterThan(300);
    const yellow = (bytes: Buffer) => {
      let count = 0;
      for (let at = 0; at < bytes.length; at += 3)
        if (bytes[at] === 255 && bytes[at + 1] === 220 && bytes[at + 2] === 0) count += 1;
      return count;
    };
    expect(yellow(pixels)).toBeGreaterThan(300);
    expect(readPng(picture).rgb).toEqual(pixels.subarray(0, 3 * PIXELS));
  });
});

/** The first `count` bits of a SEG's pixels, which stand at its end. */
function bitsOf(object: Buffer, count: number): Uint8Array {
  const bytes = object.subarray(object.length - Math.ceil(Math.ceil(count / 8) / 2) * 2);
  return Uint8Array.from({ length: count }, (_, at) => ((bytes[at >>> 3] as number) >> (at & 7)) & 1);
}

function sum(values: Uint8Array): number {
  return values.reduce((total, one) => total + one, 0);
}
