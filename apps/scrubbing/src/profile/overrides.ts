import type { ElementView } from '@sluice/dicom';
import type { Fate } from './action-codes.js';
import { type Rule, type Rules, ruleFrom, UNPROVEN } from './rules.js';

/** What a profile file says of one attribute, its names resolved to tags. */
export interface Override {
  /** Private: (gggg,00ee); the block is the creator's. */
  readonly tag: number;
  /** Private creator; undefined for a standard attribute. */
  readonly creator: string | undefined;
  /** Tags of the sequences right around it, outermost first; empty: at any depth. */
  readonly inside: readonly number[];
  /** True: `inside` begins at depth 0. */
  readonly fromRoot: boolean;
  readonly action: Exclude<Fate, 'technical'>;
  /** True where the file says why: a `keep` is then meant, and the residual check does not look for what it keeps. */
  readonly meant?: boolean;
}

type Place = Pick<ElementView, 'tag' | 'path' | 'privateCreator'>;

/** Overrides by attribute; where two fit the one with the longer path holds. */
export interface Overrides {
  readonly size: number;
  ruleFor(element: Place): Rule | undefined;
  /** Attributes that are kept on purpose, and creators whose private elements may stay: for the residual check. */
  readonly retained: readonly number[];
  readonly retainedCreators: ReadonlySet<string>;
  /** True where a block of this creator in this group may keep something. */
  keepsFrom(creator: string, group: number): boolean;
}

/** Compiles overrides against the rules that they stand before. */
export function compileOverrides(overrides: readonly Override[], rules: Rules): Overrides {
  const byKey = new Map<string | number, { override: Override; rule: Rule }[]>();
  for (const override of [...overrides].sort((a, b) => weight(b) - weight(a))) {
    const key = keyOf(override.tag, override.creator);
    byKey.set(key, [...(byKey.get(key) ?? []), { override, rule: ruleOf(override, rules) }]);
  }
  const kept = overrides.filter(({ creator, action }) => creator !== undefined && action !== 'remove');
  const creators = new Set(kept.map(({ creator, tag }) => `${tag >>> 16} ${creator}`));
  const meant = overrides.filter(({ action, meant }) => action !== 'keep' || meant);
  return {
    size: overrides.length,
    retained: meant
      .filter(({ action, creator }) => action === 'keep' && creator === undefined)
      .map(({ tag }) => tag),
    retainedCreators: new Set(
      meant.filter(({ action }) => action !== 'remove').flatMap(({ creator }) => creator ?? []),
    ),
    ruleFor: (element) => {
      const known = byKey.get(keyOf(element.tag, element.privateCreator));
      return known?.find(({ override }) => standsIn(override, element.path))?.rule;
    },
    keepsFrom: (creator, group) => creators.has(`${group} ${creator}`),
  };
}

function ruleOf({ tag, action, creator }: Override, rules: Rules): Rule {
  const before = creator === undefined ? rules.of(tag) : undefined;
  return ruleFrom((type) => ({
    fate: action,
    otherwise: before?.[type].otherwise ?? (creator === undefined ? UNPROVEN[type].fate : 'remove'),
  }));
}

function keyOf(tag: number, creator: string | undefined): string | number {
  return creator === undefined ? tag : `${((tag >>> 16) << 8) | (tag & 0xff)} ${creator}`;
}

/** A longer path is more exact, one from the root more than any end of one. */
function weight({ inside, fromRoot }: Override): number {
  return inside.length + (fromRoot ? 1000 : 0);
}

function standsIn({ inside, fromRoot }: Override, path: ElementView['path']): boolean {
  if (fromRoot ? path.length !== inside.length : path.length < inside.length) return false;
  const skip = path.length - inside.length;
  return inside.every((tag, at) => path[skip + at]?.tag === tag);
}
