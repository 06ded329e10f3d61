import { BASIC_PROFILE, type ProfileRow } from './basic-profile.table.js';

const CURVES = rowOf('50xxxxxx');
const PRIVATE = rowOf('odd');
const OVERLAYS = new Map([
  [0x3000, rowOf('60xx3000')],
  [0x4000, rowOf('60xx4000')],
]);
const single = new Map(
  BASIC_PROFILE.filter(([tag]) => /^[0-9A-F]{8}$/.test(tag)).map((row) => [Number.parseInt(row[0], 16), row]),
);

/** The row of Table E.1-1 that speaks of a tag: private, curves (50xx), overlays (60xx) or the tag itself; undefined where none does. */
export function profileRow(tag: number): ProfileRow | undefined {
  const group = tag >>> 16;
  if (group & 1) return PRIVATE;
  if (group >>> 8 === 0x50) return CURVES;
  if (group >>> 8 === 0x60) return OVERLAYS.get(tag & 0xffff);
  return single.get(tag);
}

function rowOf(tag: string): ProfileRow {
  const row = BASIC_PROFILE.find(([of]) => of === tag);
  if (!row) throw new Error(`Table E.1-1 has no row ${tag}`);
  return row;
}
