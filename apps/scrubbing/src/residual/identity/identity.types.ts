/** What kind of thing was found; nothing of the value. */
export type ResidueKind = 'name' | 'word' | 'number' | 'date' | 'UID' | 'value' | 'private element';

/** Something of the original that stands in the output: what kind, and at which attribute (keywords from depth 0; `bytes` where none is known). */
export interface Residue {
  readonly kind: ResidueKind;
  readonly at: string;
}

/**
 * Everything in an original that says who it is of: what an output is looked through for. Words and runs are normalised (normalise.ts).
 * Identifying: it goes from scrubbing to its own thread and nowhere else.
 */
export interface Identity {
  /** Words of persons' names, of two letters and more, and each two words of one name together. */
  readonly names: ReadonlySet<string>;
  /** Each two neighbouring characters of names in Chinese, Japanese and Korean. */
  readonly pairs: ReadonlySet<string>;
  /** Other words that identify, of four letters or digits and more. */
  readonly words: ReadonlySet<string>;
  /** Each four neighbouring characters of such words in Chinese, Japanese and Korean; shorter ones as a whole. */
  readonly runs: ReadonlySet<string>;
  /** Numbers of persons, visits and orders, four digits and more. */
  readonly numbers: ReadonlySet<string>;
  /** Whole values of any listed attribute, as words joined by spaces. */
  readonly phrases: ReadonlySet<string>;
  readonly uids: ReadonlySet<string>;
  /** YYYYMMDD. */
  readonly dates: ReadonlySet<string>;
  /** Values of an attribute that may not stay in it, by tag (eight hexadecimal digits). */
  readonly values: ReadonlyMap<string, ReadonlySet<string>>;
  /** Where a date has moved to, by tag: that may be another's original date. */
  readonly moved: ReadonlyMap<string, ReadonlySet<string>>;
  /** Numbers of technical attributes (DS, IS): an identifier may be like one. */
  readonly technicalNumbers: ReadonlySet<string>;
  /** Attributes that options or overrides of the profile retain on purpose: they are looked through for persons, UIDs and numbers alone. */
  readonly retained: ReadonlySet<string>;
  /** Creators whose private elements may stay; undefined: those of any. */
  readonly creators: ReadonlySet<string> | undefined;
  /** Words as they are encoded, one character per byte: for the look at raw bytes. */
  readonly raw: ReadonlySet<string>;
  /** False where the original says more than is held: then nothing is proven. */
  readonly complete: boolean;
}
