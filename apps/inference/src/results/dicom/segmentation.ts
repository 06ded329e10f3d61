import { writePart10, type NamedDataSet } from '@sluice/dicom';
import { frameHeader, numbersOf, textOf } from '../../input/header.js';
import { bodyPartOf, codeItem, CODES } from './codes.js';
import { contentMoment, lossyModule, resultModules, sourceFrame, sourceReference } from './modules.js';
import { numberedLesions, type NumberedLesion, type ResultRequest } from './result-request.js';

export const SEGMENTATION = '1.2.840.10008.5.1.4.1.1.66.4';
const SEGMENT_NUMBER = 0x0062000b;
const SEGMENT_IDENTIFICATION = 0x0062000a;
const STACK_POSITION = 0x00209057;
const FRAME_CONTENT = 0x00209111;

/**
 * A DICOM SEG (PS3.3 A.51) of an object's lesions: BINARY, one segment and one frame for each, in the source's own pixel grid and in its
 * frame of reference where it has one. Undefined without lesions: a SEG needs a segment.
 */
export function segmentationOf(request: ResultRequest): Buffer | undefined {
  const lesions = numberedLesions(request);
  if (lesions.length === 0) return undefined;
  return writePart10({
    ...resultModules(request, {
      name: 'segmentation',
      sopClassUID: SEGMENTATION,
      modality: 'SEG',
      seriesNumber: '9001',
    }),
    ...segmentationImage(request, lesions),
    ...dimensions(request),
    ...functionalGroups(request, lesions),
    ...references(request),
    ...pixels(request, lesions),
  });
}

function segmentationImage(request: ResultRequest, lesions: readonly NumberedLesion[]): NamedDataSet {
  return {
    ...contentMoment(request.dataSet),
    ...lossyModule(request.dataSet),
    ImageType: 'DERIVED\\PRIMARY',
    PatientOrientation: '',
    ContentLabel: 'LESIONS',
    ContentDescription: 'AI result, research use, not a medical device',
    ContentCreatorName: 'Sluice^Inference',
    SegmentationType: 'BINARY',
    SegmentSequence: lesions.map((lesion) => segment(request, lesion)),
  };
}

function segment({ dataSet, model }: ResultRequest, { number, trackingUid }: NumberedLesion): NamedDataSet {
  const site = bodyPartOf(textOf(dataSet, 'BodyPartExamined').toUpperCase());
  return {
    SegmentNumber: [number],
    SegmentLabel: `Lesion ${number}`,
    SegmentAlgorithmType: 'AUTOMATIC',
    SegmentAlgorithmName: model.name,
    SegmentationAlgorithmIdentificationSequence: [
      {
        AlgorithmFamilyCodeSequence: [codeItem(CODES.intelligence)],
        AlgorithmName: model.name,
        AlgorithmVersion: model.version,
        AlgorithmParameters: `sha256:${model.digest}`,
        AlgorithmSource: 'Sluice',
      },
    ],
    SegmentedPropertyCategoryCodeSequence: [codeItem(CODES.abnormal)],
    SegmentedPropertyTypeCodeSequence: [codeItem(CODES.lesion)],
    ...(site ? { AnatomicRegionSequence: [codeItem(site)] } : {}),
    TrackingID: `Lesion ${number}`,
    TrackingUID: trackingUid,
  };
}

/** Frames are told apart by segment and by the frame of the source (PS3.3 C.7.6.17). */
function dimensions({ newUid }: ResultRequest): NamedDataSet {
  const DimensionOrganizationUID = newUid('segmentation-dimensions');
  return {
    DimensionOrganizationSequence: [{ DimensionOrganizationUID }],
    DimensionIndexSequence: [
      {
        DimensionOrganizationUID,
        DimensionIndexPointer: [SEGMENT_NUMBER],
        FunctionalGroupPointer: [SEGMENT_IDENTIFICATION],
        DimensionDescriptionLabel: 'Segment',
      },
      {
        DimensionOrganizationUID,
        DimensionIndexPointer: [STACK_POSITION],
        FunctionalGroupPointer: [FRAME_CONTENT],
        DimensionDescriptionLabel: 'Frame of the source',
      },
    ],
  };
}

function functionalGroups(request: ResultRequest, lesions: readonly NumberedLesion[]): NamedDataSet {
  const frameOfReference = textOf(request.dataSet, 'FrameOfReferenceUID');
  // A place in the body is that of a slab: without its thickness it is not one (PS3.3 C.7.6.16.2.1), and the source's says where it is.
  const isPlaced = ({ index }: NumberedLesion['frame']) =>
    planeOf(request, index) !== undefined && thicknessOf(request.dataSet, index) !== '';
  const placed = frameOfReference !== '' && lesions.every(({ frame }) => isPlaced(frame));
  const measured = lesions.map(({ frame }) => measures(request.dataSet, frame));
  const [shared = {}] = measured;
  const same = measured.every((one) => JSON.stringify(one) === JSON.stringify(shared));
  return {
    SharedFunctionalGroupsSequence: [same ? shared : {}],
    PerFrameFunctionalGroupsSequence: lesions.map((lesion, at) => ({
      ...(same ? {} : measured[at]),
      ...frameGroups(request, lesion),
      ...(placed ? planeOf(request, lesion.frame.index) : {}),
    })),
    ...(placed
      ? {
          FrameOfReferenceUID: frameOfReference,
          PositionReferenceIndicator: textOf(request.dataSet, 'PositionReferenceIndicator'),
        }
      : {}),
  };
}

function frameGroups({ dataSet }: ResultRequest, { number, frame }: NumberedLesion): NamedDataSet {
  return {
    FrameContentSequence: [
      {
        StackID: '1',
        InStackPositionNumber: [frame.index + 1],
        DimensionIndexValues: [number, frame.index + 1],
      },
    ],
    SegmentIdentificationSequence: [{ ReferencedSegmentNumber: [number] }],
    DerivationImageSequence: [
      {
        DerivationCodeSequence: [codeItem(CODES.segmentation)],
        SourceImageSequence: [
          {
            ...sourceFrame(dataSet, frame.index),
            PurposeOfReferenceCodeSequence: [codeItem(CODES.processed)],
            SpatialLocationsPreserved: 'YES',
          },
        ],
      },
    ],
  };
}

/** Only a spacing in the body is written as one. */
function measures(dataSet: NamedDataSet, { index, spacing }: NumberedLesion['frame']): NamedDataSet {
  if (spacing.from !== 'pixel-spacing' && spacing.from !== 'ultrasound-region') return {};
  const thickness = thicknessOf(dataSet, index);
  const measured = { PixelSpacing: `${decimal(spacing.row)}\\${decimal(spacing.column)}` };
  return {
    PixelMeasuresSequence: [thickness === '' ? measured : { ...measured, SliceThickness: thickness }],
  };
}

/** As the header has it; empty where that is not a length. */
function thicknessOf(dataSet: NamedDataSet, frame: number): string {
  const header = frameHeader(dataSet, frame);
  const [thickness = 0] = numbersOf(header, 'SliceThickness');
  return thickness > 0 ? textOf(header, 'SliceThickness') : '';
}

function planeOf({ dataSet }: ResultRequest, frame: number): NamedDataSet | undefined {
  const header = frameHeader(dataSet, frame);
  if (numbersOf(header, 'ImagePositionPatient').length !== 3) return undefined;
  if (numbersOf(header, 'ImageOrientationPatient').length !== 6) return undefined;
  return {
    PlanePositionSequence: [{ ImagePositionPatient: textOf(header, 'ImagePositionPatient') }],
    PlaneOrientationSequence: [{ ImageOrientationPatient: textOf(header, 'ImageOrientationPatient') }],
  };
}

function references({ dataSet }: ResultRequest): NamedDataSet {
  return {
    ReferencedSeriesSequence: [
      {
        SeriesInstanceUID: textOf(dataSet, 'SeriesInstanceUID'),
        ReferencedInstanceSequence: [sourceReference(dataSet)],
      },
    ],
  };
}

/** One bit a pixel, the first in the least significant; frames follow each other without a gap (PS3.5 8.1.1). */
function pixels({ frames }: ResultRequest, lesions: readonly NumberedLesion[]): NamedDataSet {
  const { width, height } = frames[0]?.grey ?? { width: 0, height: 0 };
  const bits = Buffer.alloc(Math.ceil((width * height * lesions.length) / 8));
  for (const [frame, { lesion }] of lesions.entries()) {
    const { box, data } = lesion.part;
    for (let at = data.indexOf(1); at >= 0; at = data.indexOf(1, at + 1)) {
      const row = frame * height + box.top + Math.floor(at / box.width);
      const bit = row * width + box.left + (at % box.width);
      bits[bit >>> 3]! |= 1 << (bit & 7);
    }
  }
  return {
    NumberOfFrames: String(lesions.length),
    SamplesPerPixel: [1],
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: [height],
    Columns: [width],
    BitsAllocated: [1],
    BitsStored: [1],
    HighBit: [0],
    PixelRepresentation: [0],
    PixelData: bits,
  };
}

/** A number as a DS of at most 16 characters. */
export function decimal(value: number): string {
  const plain = String(Number(value.toPrecision(8)));
  return plain.length <= 16 ? plain : value.toExponential(6);
}
