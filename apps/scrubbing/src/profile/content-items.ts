import type { ElementAction, ElementView } from '@sluice/dicom';
import { OLDEST_AGE } from '../values/ages.js';
import { textValue, valuesOf } from '../values/dummy-values.js';
import { KNOWN_DATE_CONCEPTS } from '../values/known-dates.table.js';
import type { Fate } from './action-codes.js';
import { optionIn } from './options.js';
import type { Profile } from './profile.js';
import type { Judgement } from './rules.js';
import { CONTENT_COLUMNS, CONTENT_ITEMS } from './structured-content.table.js';

const VALUE_TYPE = 0x0040a040;
const CONCEPT_NAME = 0x0040a043;
const CODE_VALUE = 0x00080100;
const SCHEME = 0x00080102;
const MEANING = 0x00080104;
const MEASURED_VALUE = 0x0040a300;
const UNITS = 0x004008ea;
const NUMERIC_VALUE = 0x0040a30a;
const CONCEPT_CODE = 0x0040a168;
const CODE_PARTS = new Set([CODE_VALUE, SCHEME, MEANING]);
/** Text, person's name, date and time, date, time, UID: each the value of its own content item (PS3.3 C.17.3). */
const ITEM_VALUES = new Set([0x0040a120, 0x0040a121, 0x0040a122, 0x0040a123, 0x0040a124, 0x0040a160]);
/** Numeric, floating point, rational: the value of the item around them. */
const NUMBERS = new Set([NUMERIC_VALUE, 0x0040a161, 0x0040a162, 0x0040a163]);
const SUBJECT_AGE = '121033 DCM NUM';
/** Units of an age (UCUM) in a year. */
const PER_YEAR: Readonly<Record<string, number>> = { a: 1, mo: 12, wk: 52.18, d: 365.25, h: 8766 };

const DUMMY: Judgement = { fate: 'dummy', otherwise: 'dummy' };
const KEEP: Judgement = { fate: 'keep', otherwise: 'dummy' };
/** Birth date as DICOM, LOINC, SNOMED CT and the NCI name it. */
const BIRTH_DATES = ['121031 DCM', '21112-8 LN', '184099003 SCT', 'C68615 NCIt'].flatMap((concept) =>
  ['DATE', 'DATETIME'].map((valueType) => [`${concept} ${valueType}`, DUMMY] as const),
);
const FATES: Readonly<Record<'K' | 'C', Fate>> = { K: 'keep', C: 'clean' };

interface Item {
  readonly key: string;
  valueType: string;
  code: string;
  scheme: string;
  unit: string;
}

/**
 * Clean Structured Content (PS3.15 E.3.4): the value of a content item by its concept name and value type, under the rule for conflicts
 * (options.ts). X does what D does: an item without its value is not valid, and taken out it would change the tree. References follow the
 * map of UIDs whatever the table says. Undefined for what is no value of a listed concept: Table E.1-1 decides. Birth dates go, ages are
 * capped and dates that others know do not move (known-dates.table.ts) without the option too. One per data set.
 */
export function createContentItems(
  profile: Profile,
): (element: ElementView) => Judgement | ElementAction | undefined {
  const rows = rowsOf(profile);
  const itemAt = createItems();

  function judge(element: ElementView, depth: number): Judgement | ElementAction | undefined {
    const item = itemAt(element, depth);
    const concept = `${item.code} ${item.scheme} ${item.valueType}`;
    const judgement = rows.get(concept);
    if (judgement?.fate === 'keep' && concept === SUBJECT_AGE) return capped(element, item.unit);
    return judgement;
  }

  return (element) => {
    const { tag, path } = element;
    const depth = path.length;
    if (ITEM_VALUES.has(tag)) return judge(element, depth);
    const around = path.at(-1)?.tag;
    if (NUMBERS.has(tag) && around === MEASURED_VALUE) return judge(element, depth - 1);
    if (CODE_PARTS.has(tag) && around === CONCEPT_CODE) return judge(element, depth - 1);
    if (tag === VALUE_TYPE) itemAt(element, depth).valueType = textOf(element);
    if (!CODE_PARTS.has(tag) || tag === MEANING) return undefined;
    if (around === CONCEPT_NAME)
      itemAt(element, depth - 1)[tag === SCHEME ? 'scheme' : 'code'] = textOf(element);
    if (around === UNITS && tag === CODE_VALUE && path.at(-2)?.tag === MEASURED_VALUE)
      itemAt(element, depth - 2).unit = textOf(element);
    return undefined;
  };
}

/** The item at a depth of an element's path. Items are met parents first: whoever comes at a depth anew has left the one before. */
function createItems(): (element: ElementView, depth: number) => Item {
  let items: Item[] = [];

  return ({ path }, depth) => {
    const key = path
      .slice(0, depth)
      .map(({ tag, item }) => `${tag}.${item}`)
      .join('/');
    const known = items[depth];
    if (known?.key === key) return known;
    const fresh = { key, valueType: '', code: '', scheme: '', unit: '' };
    items = [...items.slice(0, depth), fresh];
    items[depth] = fresh;
    return fresh;
  };
}

function rowsOf(profile: Profile): ReadonlyMap<string, Judgement> {
  const listed = profile.options.has('clean-structured-content');
  const known = profile.dates === 'MODIFIED' ? KNOWN_DATE_CONCEPTS : [];
  return new Map([
    ...(listed ? tableRows(profile) : [[SUBJECT_AGE, KEEP] as const]),
    ...BIRTH_DATES,
    ...known.map((concept) => [concept, DUMMY] as const),
  ]);
}

function tableRows({ options }: Profile): (readonly [string, Judgement])[] {
  const columns = CONTENT_COLUMNS.flatMap((option, column) => (options.has(option) ? [column] : []));
  return CONTENT_ITEMS.map(([code, scheme, valueType, , said]) => {
    const option = optionIn(said, columns);
    const judgement = option ? { fate: FATES[option], otherwise: 'dummy' as const } : DUMMY;
    return [`${code} ${scheme} ${valueType}`, judgement] as const;
  });
}

/** An age of more than 89 years is told as 90 of its unit's years; one in an unknown unit counts as years. */
function capped(element: ElementView, unit: string): Judgement | ElementAction {
  const perYear = PER_YEAR[unit] ?? 1;
  const age = Number(textOf(element));
  if (!(age >= (OLDEST_AGE + 1) * perYear)) return KEEP;
  if (element.tag !== NUMERIC_VALUE) return DUMMY;
  return { do: 'replace', value: textValue(String(Math.round((OLDEST_AGE + 1) * perYear))) };
}

function textOf({ value }: ElementView): string {
  return value && value.length <= 128 ? (valuesOf(value)[0] ?? '') : '';
}
