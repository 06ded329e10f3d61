/** What to do with one element; for a sequence `value` is its encoded items. `value` bytes are already encoded for the element's VR and the object's byte order, padded to even length. */
export type ElementAction =
  | { readonly do: 'keep' }
  | { readonly do: 'remove' }
  /** Zero length (a sequence: no items). */
  | { readonly do: 'empty' }
  | { readonly do: 'replace'; readonly value: Buffer };

/** One element as the rewriter meets it, at any depth; file meta (group 0002) elements come first. Group lengths are not shown: they are set anew or dropped. */
export interface ElementView {
  /** 0xGGGGEEEE */
  readonly tag: number;
  /** As encoded; in implicit VR as the dictionary says, UN where it does not know. What holds items is SQ, also where it is written as UN. */
  readonly vr: string;
  /** Undefined length is -1. */
  readonly lengthBytes: number;
  /** Tags and 0-based item numbers of the enclosing sequences, outermost first; empty at depth 0. */
  readonly path: readonly { readonly tag: number; readonly item: number }[];
  /** For an odd group: the creator that reserved its block in this data set, trimmed. */
  readonly privateCreator: string | undefined;
  /** Specific Character Set in force here (own data set, else the enclosing one). */
  readonly charset: readonly string[];
  readonly littleEndian: boolean;
  /** Raw value; undefined for sequences and for bulk data that streams past (above 1 MiB, pixel data). */
  readonly value: Buffer | undefined;
}

/** Decisions for a rewrite. `decide` is called once per element, parents before children; children of a removed sequence are not visited. */
export interface RewritePlan {
  decide(element: ElementView): ElementAction;
  /** Elements to add at depth 0 after all decisions (replacing any of the same tag); called once, when the header is read (that is: pixel data begins, long bulk must stream, or the data set ends). */
  stamp?(): readonly { readonly tag: number; readonly vr: string; readonly value: Buffer }[];
}
