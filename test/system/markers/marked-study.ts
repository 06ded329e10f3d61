import { fileMeta, keywordOf, vrOf } from '@sluice/dicom';
import { encodeDataSet, phantomStudy, type SampleDataSet, type SampleElement } from '@sluice/samples';

/** What every text marker begins with, and every UID marker. */
export const TEXT_STEM = 'ZQXJVWKY';
export const UID_STEM = '1.3.6.1.4.1.99999.7731904628';

/** A study whose every text attribute and UID is a marker of its own. */
export interface MarkedStudy {
  readonly modality: 'CT' | 'MR' | 'US';
  readonly instances: readonly MarkedInstance[];
  readonly markers: readonly string[];
}

export interface MarkedInstance {
  /** Holds a marker too. */
  readonly fileName: string;
  readonly part10: Buffer;
  readonly dataSet: Buffer;
}

const TEXT = new Set('AE AS CS DA DS DT IS LO LT PN SH ST TM UC UR UT'.split(' '));
/** These say how to read the object or what it is: a marker there makes it another object, which is kept back whole. */
const DECIDING = new Set([0x00080005, 0x00080016, 0x00080060, 0x00080064, 0x00280301]);
const SOP_INSTANCE_UID = 0x00080018;
const REQUEST_ATTRIBUTES = 0x00400275;
const EXPLICIT_LE = '1.2.840.10008.1.2.1';
const IMPLICIT_LE = '1.2.840.10008.1.2';

/** Groups of PS3.6 without commands, file meta, curves, overlays and pixels: first, last. */
const GROUPS = [
  [0x0008, 0x0100],
  [0x0400, 0x0400],
  [0x2000, 0x2050],
  [0x2100, 0x2130],
  [0x2200, 0x2200],
  [0x3002, 0x3010],
  [0x4000, 0x4010],
  [0x4ffe, 0x4ffe],
  [0x5200, 0x5200],
  [0x5400, 0x5400],
  [0x5600, 0x5600],
] as const;

const DICTIONARY = [...standardTags()].filter(
  ([tag, vr]) => !DECIDING.has(tag) && (vr === 'UI' || TEXT.has(vr)),
);

/** The study of this number, 0 to 99: three small images; every tenth has pixels that may show a name, every fifth has implicit VR. */
export function markedStudy(number: number): MarkedStudy {
  const modality = number % 10 === 9 ? 'US' : number % 2 === 0 ? 'CT' : 'MR';
  const explicit = number % 5 !== 4;
  const common = DICTIONARY.map(([tag, vr], at): SampleElement => [
    tag,
    vr,
    vr === 'UI' ? uid(number, at) : text(number, at),
  ]);
  const standard = common.filter(([tag]) => tag !== SOP_INSTANCE_UID);
  const hidden = standard.map(([tag, vr, value]): SampleElement => [tag, vr, deeper(String(value))]);
  const nested: SampleElement = [REQUEST_ATTRIBUTES, 'SQ', [hidden]];
  const instances = [0, 1, 2].map((at) => {
    const sopInstanceUID = uid(number, 90_000 + at);
    const own: SampleDataSet = [
      [SOP_INSTANCE_UID, 'UI', sopInstanceUID],
      ...privateBlock(number, hidden.slice(0, 50)),
    ];
    const fileName = `${text(number, 91_000 + at)}.dcm`;
    return instanceOf({
      modality,
      explicit,
      sopInstanceUID,
      fileName,
      elements: [...standard, nested, ...own],
    });
  });
  const values = [...common, ...hidden].map(([, , value]) => String(value));
  const names = [0, 1, 2].flatMap((at) => [uid(number, 90_000 + at), text(number, 91_000 + at)]);
  return { modality, instances, markers: [...values, ...names, text(number, 92_000), text(number, 92_001)] };
}

interface Parts {
  readonly modality: 'CT' | 'MR' | 'US';
  readonly explicit: boolean;
  readonly sopInstanceUID: string;
  readonly fileName: string;
  readonly elements: SampleDataSet;
}

/** The phantom's own attributes stand where no marker does: pixel geometry, class and modality. */
function instanceOf({ modality, explicit, sopInstanceUID, fileName, elements }: Parts): MarkedInstance {
  const [phantom] = phantomStudy({ seed: 1, modality, instances: 1, rows: 8, columns: 8 });
  const numbers: SampleDataSet = [
    [0x00080016, 'UI', phantom!.sopClassUID],
    [0x00080060, 'CS', modality],
    ...(
      [
        [0x00280002, 1],
        [0x00280010, 8],
        [0x00280011, 8],
        [0x00280100, 16],
        [0x00280101, 12],
        [0x00280102, 11],
        [0x00280103, 0],
      ] as const
    ).map(([tag, value]): SampleElement => [tag, 'US', Buffer.from([value, 0])]),
  ];
  const pixels: SampleElement = [0x7fe00010, 'OW', Buffer.alloc(128, 7)];
  const dataSet = encodeDataSet([...elements, ...numbers, pixels], explicit);
  const transferSyntaxUID = explicit ? EXPLICIT_LE : IMPLICIT_LE;
  const meta = fileMeta({
    sopClassUID: phantom!.sopClassUID,
    sopInstanceUID,
    transferSyntaxUID,
    sourceAE: TEXT_STEM,
  });
  return { fileName, dataSet, part10: Buffer.concat([meta, dataSet]) };
}

function privateBlock(number: number, hidden: SampleDataSet): SampleDataSet {
  return [
    [0x00090010, 'LO', text(number, 92_000)],
    [0x00091001, 'LO', text(number, 92_001)],
    [0x00091002, 'UN', Buffer.from(text(number, 92_001))],
    [0x00091003, 'SQ', [hidden]],
  ];
}

/** Sixteen characters: the stem, and what makes it unique; fits SH and CS. */
const text = (study: number, at: number): string =>
  `${TEXT_STEM}${(study * 100_000 + at).toString(36).toUpperCase().padStart(8, '0')}`;
const uid = (study: number, at: number): string => `${UID_STEM}.${study}.${at}`;
/** The marker of the same attribute one level down. */
const deeper = (value: string): string =>
  value.startsWith(UID_STEM) ? `${value}.1` : value.replace(/^(.{8})0/, '$1N');

function* standardTags(): Generator<[tag: number, vr: string]> {
  for (const [first, last] of GROUPS)
    for (let group = first as number; group <= last; group += 2) yield* tagsOfGroup(group);
}

function* tagsOfGroup(group: number): Generator<[tag: number, vr: string]> {
  for (let element = 1; element <= 0xffff; element += 1) {
    const tag = group * 0x10000 + element;
    const vr = vrOf(tag);
    if (vr && keywordOf(tag)) yield [tag, vr];
  }
}
