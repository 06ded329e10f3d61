import { CONTENT_CONCEPTS } from '../expectation/content-concepts.table.ts';
import { baseObject } from './base-object.ts';
import type { CorpusObject } from './corpus.types.ts';
import { type Item, withElements, writeObject } from './write-object.ts';

const COMPREHENSIVE_SR = '1.2.840.10008.5.1.4.1.1.88.33';
const ENCAPSULATED_PDF = '1.2.840.10008.5.1.4.1.1.104.1';

/** A report with a value of its own in the item of every concept that no option keeps, each at the top and two items below. */
export function* contentItems(): Generator<CorpusObject> {
  const name = 'content-items';
  const report = withElements(
    baseObject({ patient: name, object: name }).filter(([tag]) => tag >>> 16 < 0x28),
    [
      [0x00080016, 'UI', COMPREHENSIVE_SR],
      [0x00080060, 'CS', 'SR'],
      [0x0040a040, 'CS', 'CONTAINER'],
      [0x0040a043, 'SQ', [coded('121060', 'DCM')]],
      [0x0040a050, 'CS', 'SEPARATE'],
      [0x0040a730, 'SQ', [...items('top'), container([container(items('deep'))])]],
    ],
  );
  const tokens = CONTENT_CONCEPTS.flatMap((_, at) => ['top', 'deep'].map((where) => tokenOf(where, at)));
  yield objectOf(
    name,
    report,
    tokens.map((token) => Buffer.from(token)),
  );
  yield pdf();
}

function items(where: string): Item[] {
  return CONTENT_CONCEPTS.map(([code, scheme, valueType], at): Item => [
    [0x0040a010, 'CS', 'CONTAINS'],
    [0x0040a040, 'CS', valueType],
    [0x0040a043, 'SQ', [coded(code, scheme)]],
    valueType === 'TEXT'
      ? [0x0040a160, 'UT', `seen by ${tokenOf(where, at)}`]
      : [0x0040a123, 'PN', `${tokenOf(where, at)}^A`],
  ]);
}

function container(content: readonly Item[]): Item {
  return [
    [0x0040a010, 'CS', 'CONTAINS'],
    [0x0040a040, 'CS', 'CONTAINER'],
    [0x0040a043, 'SQ', [coded('121070', 'DCM')]],
    [0x0040a050, 'CS', 'SEPARATE'],
    [0x0040a730, 'SQ', content],
  ];
}

function coded(code: string, scheme: string): Item {
  return [
    [0x00080100, 'SH', code],
    [0x00080102, 'SH', scheme],
    [0x00080104, 'LO', 'Concept'],
  ];
}

/** Letters alone, so that no pattern of numbers finds them. */
function tokenOf(where: string, at: number): string {
  const letters = [Math.floor(at / 26), at % 26].map((digit) => String.fromCharCode(97 + digit)).join('');
  return `Zq${where}${letters}zq`;
}

/** A document of one page with the person's name in its text, its title and an attachment's name. */
function pdf(): CorpusObject {
  const [name, who] = ['document-pdf', 'Zqdocumentzq'];
  const text = `BT /F1 24 Tf 72 700 Td (${who}) Tj ET`;
  const parts = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>',
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    `<< /Title (${who}) /Author (${who}) >>`,
  ];
  const body = parts.map((part, at) => `${at + 1} 0 obj\n${part}\nendobj\n`).join('');
  const bytes = Buffer.from(`%PDF-1.4\n${body}trailer\n<< /Root 1 0 R /Info 5 0 R /Size 6 >>\n%%EOF\n`);
  const elements = withElements(
    baseObject({ patient: name, object: name }).filter(([tag]) => tag >>> 16 < 0x28),
    [
      [0x00080016, 'UI', ENCAPSULATED_PDF],
      [0x00080060, 'CS', 'DOC'],
      [0x00420010, 'ST', `Report of ${who}`],
      [0x00420011, 'OB', bytes.length % 2 ? Buffer.concat([bytes, Buffer.from('\n')]) : bytes],
      [0x00420012, 'LO', 'application/pdf'],
    ],
  );
  const { file, sheet } = objectOf(name, elements, [Buffer.from(who)]);
  return { file, sheet: { ...sheet, outcome: 'held' } };
}

function objectOf(name: string, elements: Item, identifying: readonly Buffer[]): CorpusObject {
  return {
    file: writeObject(elements),
    sheet: {
      ...{ name, group: 'content', patient: name, planted: [], words: [], valid: false, outcome: 'released' },
      identifying,
    },
  };
}
