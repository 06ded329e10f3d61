import { writePart10 } from '@sluice/dicom';
import { textOf } from '../../input/header.js';
import type { FrameAnswer } from '../answer-frame.js';
import type { Canvas } from '../picture/canvas.js';
import { codeItem, CODES } from './codes.js';
import { lossyModule, NOTICE, resultModules, sourceFrame } from './modules.js';
import type { ResultRequest } from './result-request.js';

export const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';

/** A secondary capture (PS3.3 A.8) in RGB of one frame as it is drawn: its outlines and the mark burnt in. */
export function captureOf(
  request: ResultRequest,
  frame: FrameAnswer,
  { width, height, data }: Canvas,
): Buffer {
  const kind = {
    name: 'capture',
    sopClassUID: SECONDARY_CAPTURE,
    modality: 'OT',
    seriesNumber: '9003',
  } as const;
  return writePart10({
    ...resultModules(request, kind),
    ...lossyModule(request.dataSet),
    ConversionType: 'WSD',
    ImageType: 'DERIVED\\SECONDARY',
    PatientOrientation: '',
    Laterality: textOf(request.dataSet, 'Laterality'),
    ImageComments: NOTICE,
    DerivationDescription: `Outline by ${request.model.name} ${request.model.version}`,
    SourceImageSequence: [
      {
        ...sourceFrame(request.dataSet, frame.index),
        PurposeOfReferenceCodeSequence: [codeItem(CODES.processed)],
      },
    ],
    // The mark and the outline identify nobody.
    BurnedInAnnotation: 'NO',
    SamplesPerPixel: [3],
    PhotometricInterpretation: 'RGB',
    PlanarConfiguration: [0],
    Rows: [height],
    Columns: [width],
    BitsAllocated: [8],
    BitsStored: [8],
    HighBit: [7],
    PixelRepresentation: [0],
    PixelData: data,
  });
}
