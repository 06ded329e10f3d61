import { type ExpectedRow } from '../expectation/expectation.ts';
import { baseObject } from './base-object.ts';
import type { AnswerSheet, CorpusObject, Planted } from './corpus.types.ts';
import { hex, plantedValue, type PlantedElement, tokenOf } from './planted-values.ts';
import { EXPLICIT_LE, type Item, withElements, writeObject } from './write-object.ts';

/** Where rows are planted: at the top, in an item, in an item of an item of an item. */
export const DEPTHS = [0, 1, 3] as const;
type Depth = (typeof DEPTHS)[number];

/** An item here is kept by every profile: Shared Functional Groups. */
const AROUND = 0x52009229;
/** They make the pipeline hold the whole object, or do not belong into a file: each stands in an object of its own. */
const ALONE = new Set(['60xx3000', '00420011', '00001000', '00001001']);
const PATIENT_ID = 0x00100020;
const SOP_INSTANCE_UID = 0x00080018;
/** Stands in file meta: written with the object. */
const FILE_META = '00020003';
const SYNTAXES = [
  ['explicit', EXPLICIT_LE],
  ['implicit', '1.2.840.10008.1.2'],
  ['big-endian', '1.2.840.10008.1.2.2'],
  ['deflated', '1.2.840.10008.1.2.1.99'],
] as const;

/** Every row of Table E.1-1 with a value of its own, at each depth, in each way to write a data set. */
export function* headerRows(rows: readonly ExpectedRow[]): Generator<CorpusObject> {
  for (const [name, syntax] of SYNTAXES) {
    for (const depth of DEPTHS) {
      const planted = plantRows(rows, depth);
      yield objectOf(`rows-${name}-depth-${depth}`, planted, { depth, syntax });
    }
  }
  for (const tag of ALONE) {
    const row = rows.find((one) => one.tag === tag);
    const planted =
      row && plantedValue(row, tagOf(row), { number: 9_000 + [...ALONE].indexOf(tag), path: '' });
    if (planted) yield objectOf(`rows-alone-${tag}`, [planted], { depth: 0, outcome: 'either' });
  }
}

/** Rows of the table that a file may hold at a depth. */
export function rowsAt(rows: readonly ExpectedRow[], depth: Depth): ExpectedRow[] {
  return rows.filter(({ tag }) => {
    if (tag === FILE_META) return depth === 0;
    if (ALONE.has(tag)) return false;
    return depth === 0 || !/^000[0-7]/.test(tag);
  });
}

function plantRows(rows: readonly ExpectedRow[], depth: Depth): PlantedElement[] {
  const path = depth === 0 ? '' : `${hex(AROUND)}[0].`.repeat(depth);
  return rowsAt(rows, depth).flatMap((row, at) => {
    const number = depth * 1000 + at;
    if (row.tag === 'odd') return privateBlock(number, path);
    const planted = plantedValue(row, tagOf(row), { number, path });
    return planted && row.tag !== FILE_META ? [planted] : [];
  });
}

function tagOf({ tag }: ExpectedRow): number {
  return Number.parseInt(tag.replace('50xxxxxx', '50003000').replaceAll('x', '0'), 16);
}

/** A block of a creator that nobody knows, with text in it. */
function privateBlock(number: number, path: string): PlantedElement[] {
  const [creator, value] = [tokenOf(number), tokenOf(number + 300_000)];
  const planted = (tag: number, vr: string, text: string, token: string): PlantedElement => ({
    element: [tag, vr, text],
    planted: [{ row: 'odd', path: `${path}${hex(tag)}`, vr, value: text, token }],
  });
  return [
    planted(0x00110010, 'LO', `SCORE ${creator}`, creator),
    planted(0x00111001, 'LO', `left ${value}`, value),
  ];
}

function objectOf(
  name: string,
  elements: readonly PlantedElement[],
  options: { depth: Depth; syntax?: string; outcome?: AnswerSheet['outcome'] },
): CorpusObject {
  const { depth, syntax, outcome = 'released' } = options;
  const rows = nested(
    elements.map(({ element }) => element),
    depth,
  );
  const all = withElements(baseObject({ patient: name, object: name }), rows);
  const textAt = (tag: number): string => String(all.find(([one]) => one === tag)?.[2] ?? '');
  const instance = textAt(SOP_INSTANCE_UID);
  const meta: Planted = { row: FILE_META, path: FILE_META, vr: 'UI', value: instance, token: instance };
  return {
    file: writeObject(all, syntax),
    sheet: {
      ...{ name, group: 'rows', patient: textAt(PATIENT_ID), identifying: [], words: [], valid: false },
      ...{
        outcome,
        planted: [...elements.flatMap(({ planted }) => planted), ...(depth === 0 ? [meta] : [])],
      },
    },
  };
}

function nested(elements: Item, depth: number): Item {
  return depth === 0 ? elements : [[AROUND, 'SQ', [nested(elements, depth - 1)]]];
}
