import type { AttributeType } from '../attributes/attribute-types.js';

/** What becomes of an element, once its action code is resolved (PS3.15 E.1.1, Table E.1-1a). */
export type Fate =
  /** As it is, if it is what its attribute says; of a sequence the items, each judged by its own rules. */
  | 'keep'
  | 'remove'
  /** Zero length. */
  | 'empty'
  /** A fixed value that is valid for the VR; a sequence keeps its items, each judged by its own rules. */
  | 'dummy'
  /** Each UID by the keyed map. */
  | 'uid'
  /** Dates move, words that may say who go, a sequence keeps its items (clean-value.ts). */
  | 'clean'
  /** Only what is proven technical stays (technical-text.ts). */
  | 'technical';

const FATES: Readonly<Record<string, Fate>> = {
  K: 'keep',
  X: 'remove',
  Z: 'empty',
  D: 'dummy',
  U: 'uid',
  'U*': 'uid',
  C: 'clean',
};

/**
 * Resolves an action code of Table E.1-1. A compound code lists its choices from strict to lenient (X, Z, D or U): type 3 takes the
 * first, type 2 the first that leaves the attribute there, type 1 the last. An attribute of no known type counts as type 3: the stricter.
 */
export function resolveCode(code: string, type: AttributeType): Fate {
  const choices = code.split('/').map(fateOfLetter);
  const present = choices.filter((fate) => fate !== 'remove');
  if (type === '1') return choices.at(-1) as Fate;
  if (type === '2') return present[0] ?? 'remove';
  return choices[0] as Fate;
}

function fateOfLetter(letter: string): Fate {
  const fate = FATES[letter];
  if (!fate) throw new Error(`Table E.1-1 has no action code ${letter}`);
  return fate;
}
