import type { ExpectedRow } from '../expectation/expectation.ts';
import type { Planted } from './corpus.types.ts';
import type { Element, Item } from './write-object.ts';

/** An element with its answer sheet: one for itself, or those of its items. */
export interface PlantedElement {
  readonly element: Element;
  readonly planted: readonly Planted[];
}

/** A word beside the planted one that cleaning should leave. */
const CLINICAL = 'knee';
const FREE_TEXT = new Set(['LO', 'LT', 'ST', 'UT', 'UC', 'SH']);
const TIMEZONE_OFFSET_FROM_UTC = 0x00080201;
const TIMEZONE: MadeValue = { value: '+0130' };
const DAY_MS = 86_400_000;

/** Makes values that no other of its kind shares: `number` is different for each row and depth. */
export function plantedValue(
  row: ExpectedRow,
  tag: number,
  { number, path }: { number: number; path: string },
): PlantedElement | undefined {
  const at = `${path}${hex(tag)}`;
  if (row.vr === 'SQ') return plantedSequence(row, tag, { number, path });
  const made = tag === TIMEZONE_OFFSET_FROM_UTC ? TIMEZONE : valueOf(row, number);
  if (!made) return undefined;
  const { value, token, encoded } = made;
  const planted: Planted = {
    ...{ row: row.tag, path: at, vr: row.vr, value, ...(token !== undefined && { token }) },
    ...(FREE_TEXT.has(row.vr) && token !== undefined && { clinical: CLINICAL }),
  };
  return { element: [tag, row.vr, encoded ?? value], planted: [planted] };
}

export function hex(tag: number): string {
  return tag.toString(16).padStart(8, '0').toUpperCase();
}

/** The token of a number: letters only, so that it can be part of a name, a code or a host. */
export function tokenOf(number: number): string {
  let letters = '';
  for (let left = number, at = 0; at < 4; at += 1, left = Math.floor(left / 26))
    letters = String.fromCharCode(97 + (left % 26)) + letters;
  return `Zq${letters}x`;
}

interface MadeValue {
  readonly value: string;
  readonly token?: string;
  readonly encoded?: Element[2];
}

function valueOf({ vr, options }: ExpectedRow, number: number): MadeValue | undefined {
  const stays = options.has('full');
  const token = tokenOf(number);
  const upper = token.toUpperCase();
  switch (vr) {
    case 'PN':
      return { value: `${token}^Nn`, token };
    case 'CS':
    case 'AE':
      return { value: upper, token: upper };
    case 'UR':
      return { value: `http://${token.toLowerCase()}.example/`, token: token.toLowerCase() };
    case 'DA':
      return { value: dateOf(number, stays) };
    case 'TM':
      return { value: timeOf(number) };
    case 'DT':
      return { value: `${dateOf(number, stays)}${timeOf(number)}` };
    case 'UI':
      return { value: `1.2.826.0.1.3680043.9.9999.${number}.7`, token: `.9999.${number}.7` };
    case 'DS':
      return { value: `${10_000 + number}.25`, token: `${10_000 + number}.25` };
    case 'IS':
      return { value: `7${100_000 + number}`, token: `7${100_000 + number}` };
    case 'AS':
      return { value: `0${10 + (number % 70)}Y` };
    case 'US':
      return { value: String(1 + (number % 9)), encoded: [1 + (number % 9)] };
    case 'OB':
    case 'OW':
    case 'UN':
      return { value: `${token}${token}`, token, encoded: Buffer.from(`${token}${token}`) };
    default:
      return FREE_TEXT.has(vr) ? { value: `${CLINICAL} ${token}`, token } : undefined;
  }
}

/** A sequence shows a person by what stands in it: a name, a text, a code's meaning. */
function plantedSequence(
  row: ExpectedRow,
  tag: number,
  { number, path }: { number: number; path: string },
): PlantedElement {
  const [name, text, meaning] = [tokenOf(number), tokenOf(number + 100_000), tokenOf(number + 200_000)];
  const item: Item = [
    [0x00080100, 'SH', meaning.toUpperCase()],
    [0x00080102, 'SH', '99SCORE'],
    [0x00080104, 'LO', meaning],
    [0x00100010, 'PN', `${name}^Nn`],
    [0x0040a160, 'UT', `left ${text}`],
  ];
  const inside = `${path}${hex(tag)}[0].`;
  const planted: Planted[] = [
    { row: row.tag, path: `${path}${hex(tag)}`, vr: 'SQ', value: '' },
    { row: '00100010', path: `${inside}00100010`, vr: 'PN', value: `${name}^Nn`, token: name },
    { row: 'none', path: `${inside}0040A160`, vr: 'UT', value: `left ${text}`, token: text },
  ];
  return { element: [tag, 'SQ', [item]], planted };
}

/**
 * Eight days for dates that an option speaks of, eight later ones for the others: dates move into the past, so a moved one is
 * never another's original by chance.
 */
function dateOf(number: number, stays: boolean): string {
  const date = new Date(Date.UTC(stays ? 1961 : 1975, 2, 14) + (number % 8) * DAY_MS);
  return date.toISOString().slice(0, 10).replaceAll('-', '');
}

function timeOf(number: number): string {
  const seconds = 3600 + ((number * 7) % 80_000);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  return `${two(seconds / 3600)}${two((seconds / 60) % 60)}${two(seconds % 60)}.${String(number % 1_000_000).padStart(6, '0')}`;
}
