import type { ExpectedRow } from '../expectation/expectation.ts';
import { baseObject } from './base-object.ts';
import { charsetNames } from './charset-names.ts';
import type { CorpusObject } from './corpus.types.ts';
import { DEPTHS, rowsAt } from './header-rows.ts';
import { type Element, type Item, withElements, writeObject } from './write-object.ts';

const AROUND = 0x52009229;
const TEXT = new Set(['LO', 'LT', 'ST', 'UT', 'UC', 'PN', 'SH']);
/** PS3.5 6.2. */
const MOST_IN_SH = 16;
const PATIENT_NAME = 0x00100010;

const PERSON = {
  name: 'Quendelwasser^Ottiliane^Freifrau',
  id: 'MRN77301942X',
  issuer: 'Klinik am Weiher',
  birthDate: '19520817',
  address: 'Lindwurmgasse 47',
  phone: '+49 89 5550173',
  accession: 'ACCX90417733',
} as const;
const SENTENCES = [
  'knee of Quendelwasser, Ottiliane',
  'OTTILIANE QUENDELWASSER left MRN77301942X',
  'quendelwasser born 17.08.1952, Lindwurmgasse 47',
  'left knee, call +49 89 5550173 (Frau Ottiliane)',
  'ACCX90417733 Quendelwassers Knie 19520817',
];
const WHO = [
  ...['Quendelwasser', 'QUENDELWASSER', 'quendelwasser', 'Ottiliane', 'OTTILIANE', 'Freifrau'],
  ...['MRN77301942X', '19520817', '17.08.1952', 'Lindwurmgasse', '5550173', 'ACCX90417733'],
].map((word) => Buffer.from(word));

/** The person's own names, numbers and dates in the text of every row, at each depth: no profile may let one stay. */
export function* personRows(rows: readonly ExpectedRow[]): Generator<CorpusObject> {
  for (const depth of DEPTHS) {
    const texts = rowsAt(rows, depth).flatMap((row, at) =>
      textOf(row, SENTENCES[at % SENTENCES.length] ?? ''),
    );
    yield personObject(`person-depth-${depth}`, withElements(nested(texts, depth), person()), WHO);
  }
  for (const { name, charset, patientName, sentence, spellings } of charsetNames()) {
    const texts = rowsAt(rows, 0).flatMap((row) => textOf(row, row.vr === 'PN' ? patientName : sentence));
    const nestable = texts.filter(([tag]) => tag >>> 16 >= 8);
    const own: Item = [
      [0x00080005, 'CS', charset],
      [PATIENT_NAME, 'PN', patientName],
      ...person().filter(([tag]) => tag !== PATIENT_NAME),
    ];
    yield personObject(`person-${name}`, withElements([...texts, ...nested(nestable, 1)], own), spellings);
  }
}

function person(): Item {
  return [
    [0x00080050, 'SH', PERSON.accession],
    [PATIENT_NAME, 'PN', PERSON.name],
    [0x00100020, 'LO', PERSON.id],
    [0x00100021, 'LO', PERSON.issuer],
    [0x00100030, 'DA', PERSON.birthDate],
    [0x00101040, 'LO', PERSON.address],
    [0x00102154, 'SH', PERSON.phone],
  ];
}

function personObject(name: string, elements: Item, identifying: readonly Buffer[]): CorpusObject {
  return {
    file: writeObject(withElements(baseObject({ patient: name, object: name }), elements)),
    sheet: {
      ...{ name, group: 'person', patient: PERSON.id, planted: [], identifying, words: [] },
      ...{ valid: false, outcome: 'released' },
    },
  };
}

function textOf({ vr, tag }: ExpectedRow, sentence: string | Buffer): Element[] {
  if (!TEXT.has(vr) || tag.includes('x')) return [];
  const at = Number.parseInt(tag, 16);
  if (typeof sentence !== 'string') return vr === 'SH' ? [] : [[at, vr, sentence]];
  if (vr === 'PN') return [[at, vr, PERSON.name]];
  return [[at, vr, vr === 'SH' ? `Ottiliane ${sentence}`.slice(0, MOST_IN_SH) : sentence]];
}

function nested(elements: Item, depth: number): Item {
  return depth === 0 ? elements : [[AROUND, 'SQ', [nested(elements, depth - 1)]]];
}
