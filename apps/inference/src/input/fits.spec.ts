import type { NamedDataSet } from '@sluice/dicom';
import { describe, expect, it } from 'vitest';
import { contractSchema } from './contract.js';
import { fitOf } from './fits.js';
import { contractOf } from './testing/made-input.js';

const contract = contractOf('breast-us');
const object = {
  Modality: 'US',
  BodyPartExamined: 'BREAST',
  PhotometricInterpretation: 'MONOCHROME2',
  Rows: [300],
  Columns: [400],
};
const region = {
  RegionSpatialFormat: [1],
  RegionDataType: [1],
  RegionLocationMinX0: [50],
  RegionLocationMinY0: [20],
  RegionLocationMaxX1: [349],
  RegionLocationMaxY1: [269],
};
const regions = (...items: NamedDataSet[]) => ({ SequenceOfUltrasoundRegions: items });

describe('a model applies', () => {
  it('to what its contract names', () => {
    expect(fitOf(object, contract)).toEqual({ rows: 300, columns: 400, frames: 1, region: undefined });
  });

  it('to a body part that stands in a code', () => {
    const { BodyPartExamined: _, ...uncoded } = object;
    const coded = { ...uncoded, AnatomicRegionSequence: [{ CodeValue: 'T-04000' }] };
    expect(fitOf(coded, contract)).toMatchObject({ frames: 1 });
  });

  it('to the one region of tissue, beside which bars and traces may stand', () => {
    const found = fitOf(
      { ...object, ...regions({ RegionDataType: [0x0d] }, region, { RegionDataType: [0x0a] }) },
      contract,
    );
    expect(found).toMatchObject({ region: { box: { left: 50, top: 20, width: 300, height: 250 } } });
  });

  it('to a region that names the column behind the last one', () => {
    const wide = { ...region, RegionLocationMaxX1: [400], RegionLocationMaxY1: [300] };
    expect(fitOf({ ...object, ...regions(wide) }, contract)).toMatchObject({
      region: { box: { width: 350, height: 280 } },
    });
  });
});

describe('no model applies, and why', () => {
  it.each<[string, NamedDataSet]>([
    ['modality', { Modality: 'CT' }],
    ['body-part-not-given', { BodyPartExamined: '' }],
    ['body-part', { BodyPartExamined: 'ABDOMEN' }],
    ['body-part', { AnatomicRegionSequence: [{ CodeValue: '818981001' }] }],
    ['photometric', { PhotometricInterpretation: 'CMYK' }],
    ['several-frames', { NumberOfFrames: '2' }],
    ['no-pixels', { Rows: [] }],
    ['size', { Rows: [99] }],
    ['size', { Columns: [9000] }],
    ['size', { Rows: [8000], Columns: [8000] }],
    ['size', { Rows: [8000], Columns: [8000], ...regions(region) }],
    ['ultrasound-region', regions(region, region)],
    ['ultrasound-region', regions({ ...region, RegionDataType: [2] })],
    ['ultrasound-region', regions({ ...region, RegionSpatialFormat: [3] })],
    ['ultrasound-region', regions({ ...region, RegionLocationMaxX1: [4000] })],
    ['ultrasound-region', regions({ ...region, RegionLocationMaxX1: [50] })],
    ['ultrasound-region', regions({ RegionSpatialFormat: [1], RegionDataType: [1] })],
    ['size', regions({ ...region, RegionLocationMaxY1: [100] })],
  ])('%s: %j', (reason, change) => {
    expect(fitOf({ ...object, ...change }, contract)).toBe(reason);
  });

  it('too-many-frames, where each is looked at', () => {
    const each = { ...contract, fits: { ...contract.fits, frames: 'each' as const, mostFrames: 3 } };
    expect(fitOf({ ...object, NumberOfFrames: '3' }, each)).toMatchObject({ frames: 3 });
    expect(fitOf({ ...object, NumberOfFrames: '4' }, each)).toBe('too-many-frames');
    const large = { Rows: [4000], Columns: [4000], NumberOfFrames: '200' };
    const many = { ...each, fits: { ...each.fits, mostFrames: 256 } };
    expect(fitOf({ ...object, ...large }, many)).toBe('size');
  });

  it('sequence-not-proven, unless weighting and contrast agent stand in the header', () => {
    const brain = contractOf('brain-mri');
    const slice = { ...object, Modality: 'MR', BodyPartExamined: 'BRAIN' };
    expect(fitOf(slice, brain)).toBe('sequence-not-proven');
    expect(fitOf({ ...slice, AcquisitionContrast: 'T1', ContrastBolusAgent: 'GD' }, brain)).toMatchObject({
      frames: 1,
    });
  });
});

describe('the contract', () => {
  it('of a model that is no research model, or asks for another letterbox, is refused', () => {
    const { name } = contract;
    expect(contractSchema.safeParse({ ...contract, researchUseOnly: false }).success).toBe(false);
    const letterbox = { ...contract.input.letterbox, resample: 'nearest' };
    expect(contractSchema.safeParse({ ...contract, input: { ...contract.input, letterbox } }).success).toBe(
      false,
    );
    expect(contractSchema.safeParse({ ...contract, name: `../${name}` }).success).toBe(false);
    // Eight of these for each of three models would not go into one event, and no event could go past it.
    const classes = Array.from({ length: 8 }, (_, at) => '字'.repeat(63) + at);
    expect(contractSchema.safeParse({ ...contract, classes }).success).toBe(false);
  });
});
