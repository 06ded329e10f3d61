import type { Option } from '../../profile/options.js';
import { LISTED_ATTRIBUTES } from './listed-attributes.table.js';

/** Direct identifiers besides every PN: who, where, when born, under which number. */
export const IDENTITY_TAGS = new Set([
  0x00080050, 0x00080080, 0x00080081, 0x00080092, 0x00080094, 0x00081040, 0x00100020, 0x00100021, 0x00100030,
  0x00101000, 0x00101001, 0x00101005, 0x00101040, 0x00101060, 0x00101090, 0x00102154, 0x00321032, 0x00321033,
  0x00380010, 0x00401010,
]);

/** Sequences whose items say who a person, a place or a number is, whatever attributes they do it by. */
const WHO = new Set([
  0x00080051, 0x00080082, 0x00080096, 0x0008009d, 0x00081049, 0x00081052, 0x00081062, 0x00081072, 0x00100024,
  0x00100050, 0x00101002, 0x00321031, 0x00340001, 0x00380014, 0x00380064, 0x00400026, 0x00400027, 0x00400031,
  0x00400032, 0x00400033, 0x00400036, 0x00401011, 0x00401101, 0x0040a073, 0x0040a078, 0x0040a07a, 0x0040a07c,
]);

/** What file meta says of senders, and what else could stand in it (PS3.10 7.1). */
const FILE_META = new Set([
  0x00020016, 0x00020017, 0x00020018, 0x00020026, 0x00020027, 0x00020028, 0x00020100, 0x00020102,
]);

const CLEAN: Option = 'clean-descriptors';
const FULL: Option = 'retain-longitudinal-full-dates';
const MODIFIED: Option = 'retain-longitudinal-modified-dates';

/** Which Retain Device Identity and Retain Patient Characteristics let stay cleaned only (C in their columns): AE titles, comments. */
const CLEANED = new Set([
  0x00080054, 0x00080055, 0x00081000, 0x00321021, 0x00400001, 0x00400241, 0x0072005e, 0x00741234, 0x00741236,
  0x21000070, 0x21000140, 0x00100042, 0x00102110, 0x00380050, 0x00380500, 0x00400012,
]);

/** Times of a day that others know, of a calibration for one: they go with it where dates are modified. */
const KNOWN_TIMES = new Set([0x0014407c, 0x00181201, 0x0018700e, 0x300a022e]);

const listed = new Map(
  LISTED_ATTRIBUTES.flatMap(([options, tags]) =>
    tags
      .trim()
      .split(/\s+/)
      .map((tag): [number, readonly Option[]] => [Number.parseInt(tag, 16), options]),
  ),
);

/** Attributes that identify, under options of PS3.15 E.3: decided from a list of its own, not from what the rules made of it. */
export interface ListedAttributes {
  /** True where a value of this attribute may not stay in it. */
  has(tag: number): boolean;
  /** True for an attribute that an option lets stay, cleaned or not. */
  stays(tag: number): boolean;
  /** True for one whose text stays cleaned: its clinical words do, a value with any other word does not. */
  cleans(tag: number): boolean;
  /** True below a sequence that says who. */
  inWho(path: readonly { readonly tag: number }[]): boolean;
  /** Attributes that an option retains as they are. */
  readonly retained: readonly number[];
}

/** The list under these options. */
export function listUnder(options: ReadonlySet<Option>): ListedAttributes {
  const under = (tag: number) => listed.get(tag)?.filter((option) => options.has(option)) ?? [];
  const modifies = options.has(MODIFIED) && !options.has(FULL);
  const stays = (tag: number) => under(tag).length > 0 && !(modifies && KNOWN_TIMES.has(tag));
  const isRetained = (tag: number) =>
    under(tag).some((option) => option.startsWith('retain-')) &&
    !CLEANED.has(tag) &&
    !(modifies && under(tag).includes(MODIFIED));
  return {
    has: (tag) => FILE_META.has(tag) || (listed.has(tag) && !stays(tag)),
    stays,
    cleans: (tag) => under(tag).includes(CLEAN) || (CLEANED.has(tag) && stays(tag)),
    inWho: (path) => path.some(({ tag }) => WHO.has(tag) && !stays(tag)),
    retained: [...listed.keys()].filter(isRetained),
  };
}
