import type { AttributeType } from '../attributes/attribute-types.js';
import { type Fate, resolveCode } from './action-codes.js';
import { BASIC_PROFILE, OPTION_COLUMNS, type ProfileRow } from './basic-profile.table.js';
import { type Option, optionIn } from './options.js';

/** The fate of an element, and the one it has where its value allows no `keep`, `clean` or `technical`. */
export interface Judgement {
  readonly fate: Fate;
  readonly otherwise: Fate;
}

/** A rule of one attribute, resolved for each attribute type. */
export type Rule = Readonly<Record<AttributeType, Judgement>>;

/** Table E.1-1 under a set of options. */
export interface Rules {
  /** Every rule by the tag of its row, as the table writes it. */
  readonly rows: ReadonlyMap<string, Rule>;
  /** The rule that speaks of a tag: curves (50xx), overlays (60xx) or the tag itself; undefined where none does. Private: see safe-private.ts. */
  of(tag: number): Rule | undefined;
}

const TYPES: readonly AttributeType[] = ['1', '2', '3'];

/** Resolves all 656 rows once; options as in options.ts. */
export function compileRules(options: ReadonlySet<Option>): Rules {
  const columns = OPTION_COLUMNS.flatMap((option, column) => (options.has(option) ? [column] : []));
  const rows = new Map(BASIC_PROFILE.map((row) => [row[0], ruleOf(row, columns)]));
  const single = new Map(
    [...rows].flatMap(([tag, rule]) =>
      /^[0-9A-F]{8}$/.test(tag) ? [[Number.parseInt(tag, 16), rule] as const] : [],
    ),
  );
  const curves = rows.get('50xxxxxx');
  const overlays = new Map([
    [0x3000, rows.get('60xx3000')],
    [0x4000, rows.get('60xx4000')],
  ]);

  function of(tag: number): Rule | undefined {
    const family = tag >>> 24;
    if (family === 0x50) return curves;
    if (family === 0x60) return overlays.get(tag & 0xffff);
    return single.get(tag);
  }

  return { rows, of };
}

function ruleOf(row: ProfileRow, columns: readonly number[]): Rule {
  const option = optionIn(row[3], columns);
  return ruleFrom((type) => {
    const otherwise = resolveCode(row[2], type);
    return { fate: option ? resolveCode(option, type) : otherwise, otherwise };
  });
}

/** What cannot be proven goes by its attribute type. */
export const UNPROVEN: Rule = ruleFrom((type) => {
  const fate = ({ '1': 'dummy', '2': 'empty', '3': 'remove' } as const)[type];
  return { fate, otherwise: fate };
});

/** A rule from the judgement for each type. */
export function ruleFrom(judge: (type: AttributeType) => Judgement): Rule {
  return Object.fromEntries(TYPES.map((type) => [type, judge(type)])) as Record<AttributeType, Judgement>;
}
