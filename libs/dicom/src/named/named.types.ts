/**
 * A value by its VR: text (several values joined by backslash, as written), numbers of binary VRs, tags of AT as numbers, bytes (little
 * endian), or items.
 */
export type NamedValue = string | Buffer | readonly number[] | readonly NamedDataSet[];

/** A data set by the standard's keywords (PS3.6), in no order. */
export interface NamedDataSet {
  readonly [keyword: string]: NamedValue | undefined;
}
