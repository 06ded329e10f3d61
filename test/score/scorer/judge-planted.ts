import type { AnswerSheet, Planted } from '../corpus/corpus.types.ts';
import { allowedFor, type ExpectedRow, type Outcome } from '../expectation/expectation.ts';
import type { Check, CheckKind } from './check.types.ts';
import type { ReadElement, ReadObject } from './read-output.ts';
import { daysBetween, isDummyDate } from './dates.ts';

/** By what the values of an object are judged. */
export interface Judging {
  readonly rows: ReadonlyMap<string, ExpectedRow>;
  readonly options: ReadonlySet<string>;
}

/** What no row speaks of is no place for a person either (PS3.15 E.1.1). */
const BESIDE_THE_TABLE: ReadonlySet<Outcome> = new Set(['removed', 'empty', 'dummy', 'mapped', 'cleaned']);
/** An element of PS3.15 Table E.3.10-1: Retain Safe Private keeps it. */
const SAFE_PRIVATE: ExpectedRow = {
  tag: 'safe-private',
  vr: 'UN',
  basic: 'X',
  options: new Map([['safe', 'K']]),
};
const TIMEZONE = '00080201';
const DATES = new Set(['DA', 'DT']);
const LONGEST_SHOWN = 60;

/** Checks of each planted value of one released object. */
export function judgePlanted(sheet: AnswerSheet, output: ReadObject, judging: Judging): Check[] {
  return sheet.planted.flatMap((planted) => {
    const row = planted.row === SAFE_PRIVATE.tag ? SAFE_PRIVATE : judging.rows.get(planted.row);
    return judgeValue(planted, output, row ? allowedFor(row, judging.options) : BESIDE_THE_TABLE);
  });
}

/** Checks of one planted value, given what may have become of it. */
export function judgeValue(planted: Planted, output: ReadObject, allowed: ReadonlySet<Outcome>): Check[] {
  const found = output.elements.get(planted.path);
  const check = (kind: CheckKind, passed: boolean): Check => ({
    ...{ kind, at: planted.path, row: planted.row, passed },
    ...(!passed && { found: found ? shown(found.text) : 'absent' }),
  });
  const gone = planted.vr === 'SQ' ? [] : mustGo(planted, { found, output, allowed });
  const item = planted.path.slice(0, planted.path.lastIndexOf('.') + 1);
  // In an item that rightly went nothing stays.
  const there = item === '' || output.items.has(item);
  const stays = there ? mayStay(planted, found, allowed) : [];
  return [...gone, ...stays].map(([kind, passed]) => check(kind, passed));
}

type Result = readonly [kind: CheckKind, passed: boolean];

/** What tells something of the person must not be there: not at its place, and its token nowhere in the file. */
function mustGo(
  planted: Planted,
  {
    found,
    output,
    allowed,
  }: { found: ReadElement | undefined; output: ReadObject; allowed: ReadonlySet<Outcome> },
): Result[] {
  if (allowed.has('kept')) return [];
  const stays = found !== undefined && isSame(found.text, planted.value);
  if (planted.vr === 'UI') return [['uid-changed', !stays && !holds(output, planted.token)]];
  if (DATES.has(planted.vr)) return [[allowed.has('cleaned') ? 'date-shifted' : 'text-removed', !stays]];
  // Times of day and their zone stay where dates move: intervals need them (PS3.15 E.3.6).
  if ((planted.vr === 'TM' || planted.row === TIMEZONE) && allowed.has('cleaned')) return [];
  // A word without a token may be a clinical one, which cleaning keeps.
  if (allowed.has('cleaned') && planted.token === undefined) return [];
  return [['text-removed', !stays && !holds(output, planted.token)]];
}

/** What a rule keeps, cleans or replaces is there. */
function mayStay(planted: Planted, found: ReadElement | undefined, allowed: ReadonlySet<Outcome>): Result[] {
  if (planted.vr === 'SQ') return mustStay(allowed) ? [['tag-retained', found !== undefined]] : [];
  if (allowed.size === 1 && allowed.has('kept'))
    return [['text-retained', found !== undefined && isSame(found.text, planted.value)]];
  if (allowed.size === 1 && allowed.has('cleaned')) return cleaned(planted, found);
  if (!mustStay(allowed)) return [];
  const needsValue = !allowed.has('empty');
  return [needsValue ? ['text-not-null', (found?.text ?? '') !== ''] : ['tag-retained', found !== undefined]];
}

function cleaned({ vr, value, clinical }: Planted, found: ReadElement | undefined): Result[] {
  const text = found?.text ?? '';
  if (clinical !== undefined) return [['text-retained', text.includes(clinical)]];
  if (vr === 'TM') return [['text-retained', isSame(text, value)]];
  if (DATES.has(vr))
    return [['text-retained', !isDummyDate(text) && daysBetween(value, unpadded(text)) !== undefined]];
  return [];
}

/** True where none of the choices removes the element. */
function mustStay(allowed: ReadonlySet<Outcome>): boolean {
  return !allowed.has('removed') && !(allowed.size === 1 && allowed.has('cleaned'));
}

function holds({ bytes }: ReadObject, token: string | undefined): boolean {
  return token !== undefined && bytes.includes(token);
}

/** Numbers come back as dcmjs writes them. */
function isSame(read: string, value: string): boolean {
  const text = unpadded(read);
  return text === value || (text !== '' && value !== '' && Number(text) === Number(value));
}

/** Where dcmjs does not know an attribute it reads bytes, with their padding. */
function unpadded(text: string): string {
  return text.replace(/[ \0]+$/, '');
}

function shown(text: string): string {
  const printable = text.replace(/[^\x20-\x7e]/g, '.');
  return printable.length > LONGEST_SHOWN ? `${printable.slice(0, LONGEST_SHOWN)}...` : printable;
}
