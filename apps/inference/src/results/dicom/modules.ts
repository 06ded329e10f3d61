import type { NamedDataSet } from '@sluice/dicom';
import { textOf } from '../../input/header.js';
import { OWN_SCHEME } from './codes.js';
import type { ModelIdentity, ResultRequest } from './result-request.js';

/** Said of every result. */
export const NOTICE =
  'AI result, preliminary and unverified, not for primary diagnosis. Research use, not a medical device.';

/** Patient, patient study and general study (PS3.3 C.7.1.1, C.7.2.1, C.7.2.2): required, also when empty. */
const REQUIRED = [
  'PatientName',
  'PatientID',
  'PatientBirthDate',
  'PatientSex',
  'StudyInstanceUID',
  'StudyDate',
  'StudyTime',
  'ReferringPhysicianName',
  'StudyID',
  'AccessionNumber',
];
/** And where the source has them. */
const OPTIONAL = [
  'IssuerOfPatientID',
  'PatientIdentityRemoved',
  'DeidentificationMethod',
  'DeidentificationMethodCodeSequence',
  'LongitudinalTemporalInformationModified',
  'PatientAge',
  'PatientSize',
  'PatientWeight',
  'StudyDescription',
];
/** A source without any date: a result needs one, and the clock's would tell the real time beside shifted ones. */
const NO_DATE = { date: '19000101', time: '000000' };

/** The patient and the study as the de-identified source has them. */
export function studyModules(dataSet: NamedDataSet): NamedDataSet {
  const required = REQUIRED.map((keyword) => [keyword, dataSet[keyword] ?? '']);
  const optional = OPTIONAL.filter((keyword) => dataSet[keyword] !== undefined).map((keyword) => [
    keyword,
    dataSet[keyword],
  ]);
  return Object.fromEntries([...required, ...optional]) as NamedDataSet;
}

/** Content Date and Time: the source's own (shifted) ones, never the clock's. */
export function contentMoment(dataSet: NamedDataSet): NamedDataSet {
  const of = (kind: 'Date' | 'Time') =>
    ['Content', 'Acquisition', 'Series', 'Study']
      .map((prefix) => textOf(dataSet, `${prefix}${kind}`))
      .find((text) => text !== '');
  return { ContentDate: of('Date') ?? NO_DATE.date, ContentTime: of('Time') ?? NO_DATE.time };
}

/** Enhanced general equipment: the model is the device (PS3.3 C.7.5.2). */
export function equipment(model: ModelIdentity): NamedDataSet {
  return {
    Manufacturer: 'Sluice',
    ManufacturerModelName: model.name,
    DeviceSerialNumber: model.digest.slice(0, 64),
    SoftwareVersions: model.version,
  };
}

/** What one result is: its class and its own series. */
export interface ResultKind {
  readonly name: 'segmentation' | 'report' | 'capture';
  readonly sopClassUID: string;
  readonly modality: string;
  readonly seriesNumber: string;
}

/** SOP common, general series, equipment, patient and study of a result. */
export function resultModules({ dataSet, model, newUid }: ResultRequest, kind: ResultKind): NamedDataSet {
  return {
    ...studyModules(dataSet),
    ...contentMoment(dataSet),
    ...equipment(model),
    SOPClassUID: kind.sopClassUID,
    SOPInstanceUID: newUid(kind.name),
    SeriesInstanceUID: newUid(`${kind.name}-series`),
    Modality: kind.modality,
    SeriesNumber: kind.seriesNumber,
    InstanceNumber: '1',
    SeriesDescription: `AI ${model.name}, research use`.slice(0, 64),
    CodingSchemeIdentificationSequence: [{ CodingSchemeDesignator: OWN_SCHEME, CodingSchemeName: 'Sluice' }],
  };
}

/** Class and instance of the source. */
export function sourceReference(dataSet: NamedDataSet): NamedDataSet {
  return {
    ReferencedSOPClassUID: textOf(dataSet, 'SOPClassUID'),
    ReferencedSOPInstanceUID: textOf(dataSet, 'SOPInstanceUID'),
  };
}

/** The frame of the source (from 0), named only where there are several. */
export function sourceFrame(dataSet: NamedDataSet, frame: number): NamedDataSet {
  const frames = Number(textOf(dataSet, 'NumberOfFrames') || 1);
  return {
    ...sourceReference(dataSet),
    ...(frames > 1 ? { ReferencedFrameNumber: String(frame + 1) } : {}),
  };
}

/** Whether the source lost something to compression, as it says itself (PS3.3 C.7.6.1.1.5). */
export function lossyModule(dataSet: NamedDataSet): NamedDataSet {
  if (textOf(dataSet, 'LossyImageCompression') !== '01') return { LossyImageCompression: '00' };
  const said = ['LossyImageCompressionRatio', 'LossyImageCompressionMethod'].filter(
    (keyword) => textOf(dataSet, keyword) !== '',
  );
  return Object.fromEntries([
    ['LossyImageCompression', '01'],
    ...said.map((keyword) => [keyword, textOf(dataSet, keyword)]),
  ]) as NamedDataSet;
}
