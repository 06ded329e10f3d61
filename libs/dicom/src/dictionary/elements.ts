import { ELEMENTS, REPEATING_ELEMENTS } from './elements.table.js';

interface Entry {
  readonly vr: string;
  readonly keyword: string;
}

interface Repeating extends Entry {
  readonly value: number;
  readonly mask: number;
}

const byTag = new Map<number, Entry>();
const byKeyword = new Map<string, number>();
const repeating: Repeating[] = [];
const GROUP_LENGTH: Entry = { vr: 'UL', keyword: 'GroupLength' };
const PRIVATE_CREATOR: Entry = { vr: 'LO', keyword: 'PrivateCreator' };

function entryOf(line: string): Entry {
  return { vr: line.slice(8, 10), keyword: line.slice(10) };
}

for (const line of ELEMENTS.trim().split('\n')) {
  const entry = entryOf(line);
  const tag = Number.parseInt(line.slice(0, 8), 16);
  byTag.set(tag, entry);
  byKeyword.set(entry.keyword, tag);
}

for (const line of REPEATING_ELEMENTS.trim().split('\n')) {
  const pattern = line.slice(0, 8);
  const value = Number.parseInt(pattern.replaceAll('x', '0'), 16);
  const mask = Number.parseInt(pattern.replace(/[0-9a-f]/g, 'f').replaceAll('x', '0'), 16);
  repeating.push({ ...entryOf(line), value, mask });
  if (!byKeyword.has(line.slice(10))) byKeyword.set(line.slice(10), value);
}

function lookUp(tag: number): Entry | undefined {
  const known = byTag.get(tag);
  if (known !== undefined) return known;
  const element = tag & 0xffff;
  if (element === 0) return GROUP_LENGTH;
  if ((tag >>> 16) & 1) return element >= 0x10 && element <= 0xff ? PRIVATE_CREATOR : undefined;
  return repeating.find((entry) => (tag & entry.mask) >>> 0 === entry.value);
}

/** VR of a standard element, group length or private creator; undefined where the dictionary does not know (PS3.6). */
export function vrOf(tag: number): string | undefined {
  return lookUp(tag)?.vr;
}

/** Keyword of a standard element, `GroupLength` or `PrivateCreator` (PS3.6). */
export function keywordOf(tag: number): string | undefined {
  return lookUp(tag)?.keyword;
}

/** Tag of a keyword; of a repeating group its first (60xx: 6000). */
export function tagOf(keyword: string): number | undefined {
  return byKeyword.get(keyword);
}

/** `(gggg,eeee)`, for people. */
export function formatTag(tag: number): string {
  const hex = tag.toString(16).padStart(8, '0').toUpperCase();
  return `(${hex.slice(0, 4)},${hex.slice(4)})`;
}
