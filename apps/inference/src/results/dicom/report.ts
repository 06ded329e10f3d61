import { writePart10, type NamedDataSet } from '@sluice/dicom';
import { textOf } from '../../input/header.js';
import type { FrameAnswer } from '../answer-frame.js';
import { agreementOf, type SecondOpinion } from '../second-opinion.js';
import { triageOf } from '../triage.js';
import { uidFrom } from '../uids.js';
import {
  bodyPartOf,
  classProbability,
  codeItem,
  CODES,
  modalityOf,
  procedureOf,
  UNITS,
  type Code,
} from './codes.js';
import {
  coded,
  container,
  image,
  measured,
  polyline,
  templateOf,
  text,
  uidReference,
} from './content-items.js';
import { NOTICE, resultModules, sourceFrame, sourceReference } from './modules.js';
import {
  type ModelIdentity,
  numberedLesions,
  type NumberedLesion,
  type ResultRequest,
} from './result-request.js';
import { decimal, SEGMENTATION } from './segmentation.js';

export const COMPREHENSIVE_SR = '1.2.840.10008.5.1.4.1.1.88.33';

/**
 * A Comprehensive SR after TID 1500 (PS3.16): a measurement group for each lesion (TID 1410: axes, area, probability, its segment of the
 * SEG) and one for each frame as a whole (TID 1501: class probabilities). Unverified and preliminary; the model is the observer.
 */
export function reportOf(request: ResultRequest): Buffer {
  const kind = {
    name: 'report',
    sopClassUID: COMPREHENSIVE_SR,
    modality: 'SR',
    seriesNumber: '9002',
  } as const;
  return writePart10({
    ...resultModules(request, kind),
    ReferencedPerformedProcedureStepSequence: [],
    PerformedProcedureCodeSequence: [],
    CompletionFlag: 'COMPLETE',
    VerificationFlag: 'UNVERIFIED',
    PreliminaryFlag: 'PRELIMINARY',
    CurrentRequestedProcedureEvidenceSequence: [evidence(request)],
    ValueType: 'CONTAINER',
    ContinuityOfContent: 'SEPARATE',
    ConceptNameCodeSequence: [codeItem(CODES.report)],
    ...templateOf('1500'),
    ContentSequence: content(request),
  });
}

function evidence(request: ResultRequest): NamedDataSet {
  const { dataSet, newUid } = request;
  const source = {
    SeriesInstanceUID: textOf(dataSet, 'SeriesInstanceUID'),
    ReferencedSOPSequence: [sourceReference(dataSet)],
  };
  const segmentation = {
    SeriesInstanceUID: newUid('segmentation-series'),
    ReferencedSOPSequence: [segmentationReference(request)],
  };
  return {
    StudyInstanceUID: textOf(dataSet, 'StudyInstanceUID'),
    ReferencedSeriesSequence: numberedLesions(request).length > 0 ? [source, segmentation] : [source],
  };
}

function segmentationReference({ newUid }: ResultRequest): NamedDataSet {
  return { ReferencedSOPClassUID: SEGMENTATION, ReferencedSOPInstanceUID: newUid('segmentation') };
}

function content(request: ResultRequest): readonly NamedDataSet[] {
  const { dataSet, frames } = request;
  return [
    coded('HAS CONCEPT MOD', CODES.language, CODES.english),
    ...observer(request),
    coded('HAS CONCEPT MOD', CODES.procedure, procedureOf(textOf(dataSet, 'Modality'))),
    container(CODES.imageLibrary, [imageGroup(dataSet)], '1600'),
    container(CODES.measurements, [
      ...numberedLesions(request).map((lesion) => lesionGroup(request, lesion)),
      ...frames.map((frame) => frameGroup(request, frame)),
      ...frames.flatMap((frame) => (frame.second ? [secondGroup(request, frame, frame.second)] : [])),
    ]),
  ];
}

/** TID 1600: the source, and what kind of picture it is. */
function imageGroup(dataSet: NamedDataSet): NamedDataSet {
  const modality = modalityOf(textOf(dataSet, 'Modality'));
  return container(CODES.imageGroup, [
    ...(modality ? [coded('HAS ACQ CONTEXT', CODES.modality, modality)] : []),
    image('CONTAINS', sourceReference(dataSet)),
  ]);
}

/** TID 1004: a device, the same for all that this model says. */
function observer({ model }: ResultRequest): readonly NamedDataSet[] {
  return [
    coded('HAS OBS CONTEXT', CODES.observerType, CODES.device),
    uidReference('HAS OBS CONTEXT', CODES.deviceUid, uidFrom(`model/${model.digest}`)),
    text('HAS OBS CONTEXT', CODES.deviceName, `${model.name} ${model.version}`),
    text('HAS OBS CONTEXT', CODES.deviceManufacturer, 'Sluice'),
    text('HAS OBS CONTEXT', CODES.deviceModel, model.name),
    text('HAS OBS CONTEXT', CODES.deviceSerial, model.digest),
  ];
}

/** TID 4019. */
function algorithm(model: ModelIdentity): readonly NamedDataSet[] {
  return [
    text('HAS CONCEPT MOD', CODES.algorithm, model.name),
    text('HAS CONCEPT MOD', CODES.algorithmVersion, model.version),
    text('HAS CONCEPT MOD', CODES.algorithmParameters, `sha256:${model.digest}`),
  ];
}

function tracking(name: string, uid: string): readonly NamedDataSet[] {
  return [
    text('HAS OBS CONTEXT', CODES.trackingId, name),
    uidReference('HAS OBS CONTEXT', CODES.trackingUid, uid),
  ];
}

function site({ dataSet }: ResultRequest): readonly NamedDataSet[] {
  const part = bodyPartOf(textOf(dataSet, 'BodyPartExamined').toUpperCase());
  return part ? [coded('HAS CONCEPT MOD', CODES.site, part)] : [];
}

function lesionGroup(request: ResultRequest, found: NumberedLesion): NamedDataSet {
  const { number, frame, trackingUid } = found;
  const segment = {
    ...segmentationReference(request),
    // A segment has one frame; naming both is not allowed (PS3.3 C.17.3).
    ReferencedSegmentNumber: [number],
  };
  return container(
    CODES.group,
    [
      ...tracking(`Lesion ${number}`, trackingUid),
      ...algorithm(request.model),
      coded('CONTAINS', CODES.finding, CODES.lesion),
      ...site(request),
      image('CONTAINS', segment, CODES.segmentFrame),
      image('CONTAINS', sourceFrame(request.dataSet, frame.index), CODES.sourceForSegmentation),
      ...sizes(request, found),
      // The classes are told of the whole picture: with one lesion that is what they are about.
      ...(frame.lesions.length === 1 ? classes(request, frame.probabilities) : []),
    ],
    '1410',
  );
}

function sizes({ dataSet }: ResultRequest, { lesion, frame }: NumberedLesion): readonly NamedDataSet[] {
  const { unit } = frame.spacing;
  const length = (name: Code, value: number, children: readonly NamedDataSet[] = []) =>
    measured(name, { value: decimal(value), unit: UNITS[unit] }, children);
  const ends = lesion.ends.flatMap(({ x, y }) => [x, y]);
  const area =
    unit === 'mm' ? { value: lesion.area, unit: UNITS.mm2 } : { value: lesion.areaPixels, unit: UNITS.pixel };
  return [
    length(CODES.longAxis, lesion.long, [polyline(CODES.path, ends, sourceFrame(dataSet, frame.index))]),
    length(CODES.shortAxis, lesion.short),
    measured(CODES.area, { value: decimal(area.value), unit: area.unit }),
    measured(CODES.outlineProbability, { value: decimal(lesion.meanProbability), unit: UNITS.one }),
  ];
}

/** The standard's own code for cancer where the class says so. */
function classes(
  { contract }: ResultRequest,
  probabilities: readonly number[] = [],
): readonly NamedDataSet[] {
  return probabilities.map((probability, at) => {
    const name = contract.classes[at] ?? String(at);
    const concept = name === 'malignant' ? CODES.cancer : classProbability(name);
    return measured(concept, { value: decimal(100 * probability), unit: UNITS.percent });
  });
}

function frameGroup(request: ResultRequest, frame: FrameAnswer): NamedDataSet {
  const { class: urgency, reasons } = triageOf([frame], request.contract);
  const shadow = frame.spacing.from === 'detector' ? ' Sizes are those of the shadow on the detector.' : '';
  return container(
    CODES.group,
    [
      ...tracking(`Frame ${frame.index + 1}`, request.newUid(`frame-${frame.index + 1}`)),
      ...algorithm(request.model),
      ...site(request),
      image('CONTAINS', sourceFrame(request.dataSet, frame.index), CODES.source),
      ...classes(request, frame.probabilities),
      text(
        'CONTAINS',
        CODES.comment,
        `${NOTICE} Lesions: ${frame.lesions.length}. Triage: ${urgency} (${reasons.join(', ')}).${shadow}`,
      ),
    ],
    '1501',
  );
}

const AGREEMENT = {
  agrees: 'agrees on the most probable class',
  disagrees: 'disagrees on the most probable class: look yourself',
  missing: 'gave no numbers',
} as const;

/** A frame as a second model judges it by the first one's outline; its algorithm is named here, the observer is the first. */
function secondGroup(request: ResultRequest, frame: FrameAnswer, second: SecondOpinion): NamedDataSet {
  const { name, version } = second.model;
  const number = frame.index + 1;
  const said = AGREEMENT[agreementOf(frame) ?? 'missing'];
  return container(
    CODES.group,
    [
      ...tracking(`Frame ${number}, second opinion`, request.newUid(`second-opinion-${number}`)),
      ...algorithm(second.model),
      ...site(request),
      image('CONTAINS', sourceFrame(request.dataSet, frame.index), CODES.source),
      ...classes(request, second.probabilities),
      text('CONTAINS', CODES.comment, `${NOTICE} Second opinion of ${name} ${version}: ${said}.`),
    ],
    '1501',
  );
}
