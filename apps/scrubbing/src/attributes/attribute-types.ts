import {
  STORAGE_CLASS_ROOT,
  TYPE_1_ANYWHERE,
  TYPE_2_ANYWHERE,
  TYPED_TAGS,
  TYPES_BY_CLASS,
} from './attribute-types.table.js';

/** Attribute type of PS3.3 7.4 without its condition: 1 needs a value, 2 may be empty, 3 may be absent. */
export type AttributeType = '1' | '2' | '3';

const anywhere = new Map<number, AttributeType>();
for (const tag of tagsOf(TYPE_2_ANYWHERE)) anywhere.set(tag, '2');
for (const tag of tagsOf(TYPE_1_ANYWHERE)) anywhere.set(tag, '1');

const columns = new Map(TYPED_TAGS.map((tag, column) => [Number.parseInt(tag, 16), column]));
const byClass = new Map(
  TYPES_BY_CLASS.flatMap(([classes, types]) =>
    classes.split(' ').map((suffix) => [STORAGE_CLASS_ROOT + suffix, types]),
  ),
);

/** Types inside of a sequence that are laxer than elsewhere, and where an empty one would be an error (PS3.3 10.6). */
const INSIDE: ReadonlyMap<string, AttributeType> = new Map([
  // Referenced Study Sequence of a Request Attributes Sequence: absent, or one item.
  [`${0x00400275} ${0x00081110}`, '3'],
]);

/**
 * Source images, in classes whose Referenced Series Sequence (PS3.3 C.12.2, in no row of Table E.1-1) may list only what the object refers to:
 * without them it would be an error.
 */
const SOURCE_IMAGES = 0x00082112;
const LISTING_CLASSES = new Set(
  ['30', '66.4', '66.5', '66.7', '66.8'].map((suffix) => STORAGE_CLASS_ROOT + suffix),
);

/**
 * The type of an attribute: that of its IOD at depth 0 where known, else that of the sequence around it, else the strictest of any IOD; 3 where none
 * is known.
 */
export function attributeType(
  tag: number,
  path: readonly { readonly tag: number }[],
  sopClassUID: string | undefined,
): AttributeType {
  const inside = INSIDE.get(`${path.at(-1)?.tag} ${tag}`);
  if (inside) return inside;
  if (path.length === 0 && tag === SOURCE_IMAGES && LISTING_CLASSES.has(sopClassUID ?? '')) return '1';
  const column = path.length === 0 ? columns.get(tag) : undefined;
  const known = column === undefined ? undefined : byClass.get(sopClassUID ?? '')?.[column];
  return known && known !== '-' ? (known as AttributeType) : (anywhere.get(tag) ?? '3');
}

function tagsOf(table: string): number[] {
  return table
    .trim()
    .split(/\s+/)
    .map((tag) => Number.parseInt(tag, 16));
}
