import type { NamedDataSet } from '@sluice/dicom';

/** A code as an item of a code sequence (PS3.3 8.8). */
export interface Code {
  readonly value: string;
  readonly scheme: string;
  readonly meaning: string;
}

const dcm = (value: string, meaning: string): Code => ({ value, scheme: 'DCM', meaning });
const sct = (value: string, meaning: string): Code => ({ value, scheme: 'SCT', meaning });

/** Our own codes, where the standard has none. */
export const OWN_SCHEME = '99SLUICE';

/** Codes by what they are for (PS3.16 CIDs and Annex D). */
export const CODES = {
  report: dcm('126000', 'Imaging Measurement Report'),
  language: dcm('121049', 'Language of Content Item and Descendants'),
  english: { value: 'en', scheme: 'RFC5646', meaning: 'English' },
  observerType: dcm('121005', 'Observer Type'),
  device: dcm('121007', 'Device'),
  deviceUid: dcm('121012', 'Device Observer UID'),
  deviceName: dcm('121013', 'Device Observer Name'),
  deviceManufacturer: dcm('121014', 'Device Observer Manufacturer'),
  deviceModel: dcm('121015', 'Device Observer Model Name'),
  deviceSerial: dcm('121016', 'Device Observer Serial Number'),
  procedure: dcm('121058', 'Procedure reported'),
  imageLibrary: dcm('111028', 'Image Library'),
  imageGroup: dcm('126200', 'Image Library Group'),
  modality: dcm('121139', 'Modality'),
  measurements: dcm('126010', 'Imaging Measurements'),
  group: dcm('125007', 'Measurement Group'),
  trackingId: dcm('112039', 'Tracking Identifier'),
  trackingUid: dcm('112040', 'Tracking Unique Identifier'),
  finding: dcm('121071', 'Finding'),
  site: sct('363698007', 'Finding Site'),
  segmentFrame: dcm('121214', 'Referenced Segmentation Frame'),
  sourceForSegmentation: dcm('121233', 'Source image for segmentation'),
  source: sct('260753009', 'Source'),
  algorithm: dcm('111001', 'Algorithm Name'),
  algorithmVersion: dcm('111003', 'Algorithm Version'),
  algorithmParameters: dcm('111002', 'Algorithm Parameters'),
  longAxis: sct('103339001', 'Long Axis'),
  shortAxis: sct('103340004', 'Short Axis'),
  area: sct('42798000', 'Area'),
  path: dcm('121055', 'Path'),
  cancer: dcm('111047', 'Probability of cancer'),
  comment: dcm('121106', 'Comment'),
  lesion: sct('52988006', 'Lesion'),
  abnormal: sct('49755003', 'Morphologically Abnormal Structure'),
  segmentation: dcm('113076', 'Segmentation'),
  processed: dcm('121322', 'Source image for image processing operation'),
  intelligence: dcm('123110', 'Artificial Intelligence'),
  outlineProbability: { value: 'outline-mean', scheme: OWN_SCHEME, meaning: 'Mean probability of outline' },
} as const satisfies Record<string, Code>;

/** Units (UCUM). */
export const UNITS = {
  mm: { value: 'mm', scheme: 'UCUM', meaning: 'millimeter' },
  mm2: { value: 'mm2', scheme: 'UCUM', meaning: 'square millimeter' },
  pixel: { value: '{pixels}', scheme: 'UCUM', meaning: 'pixels' },
  percent: { value: '%', scheme: 'UCUM', meaning: 'Percent' },
  one: { value: '1', scheme: 'UCUM', meaning: 'no units' },
} as const satisfies Record<string, Code>;

const PROCEDURES: Readonly<Record<string, Code>> = {
  US: sct('16310003', 'Ultrasonography'),
  MR: sct('113091000', 'Magnetic resonance imaging'),
  CT: sct('77477000', 'Computed tomography'),
  MG: sct('71651007', 'Mammography'),
};
const MODALITIES: Readonly<Record<string, Code>> = {
  US: dcm('US', 'Ultrasound'),
  MR: dcm('MR', 'Magnetic Resonance'),
  CT: dcm('CT', 'Computed Tomography'),
  MG: dcm('MG', 'Mammography'),
};
const BODY_PARTS: Readonly<Record<string, Code>> = {
  BREAST: sct('76752008', 'Breast'),
  BRAIN: sct('12738006', 'Brain'),
  HEAD: sct('69536005', 'Head'),
};

/** What was done, by modality. */
export const procedureOf = (modality: string): Code => PROCEDURES[modality] ?? sct('363679005', 'Imaging');

/** The modality, where there is a code here. */
export const modalityOf = (word: string): Code | undefined => MODALITIES[word];

/** A body part, where there is a code here. */
export const bodyPartOf = (word: string): Code | undefined => BODY_PARTS[word];

/** The probability of a class of a model. */
export const classProbability = (name: string): Code => ({
  value: `probability-${name}`.slice(0, 16),
  scheme: OWN_SCHEME,
  meaning: `Probability of ${name}`.slice(0, 64),
});

/** The code as an item. */
export function codeItem({ value, scheme, meaning }: Code): NamedDataSet {
  return { CodeValue: value, CodingSchemeDesignator: scheme, CodeMeaning: meaning };
}
