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

/** The type of an attribute: that of its IOD at depth 0 where known, else the strictest of any IOD; 3 where none is known. */
export function attributeType(tag: number, depth: number, sopClassUID: string | undefined): AttributeType {
  const column = depth === 0 ? columns.get(tag) : undefined;
  const known = column === undefined ? undefined : byClass.get(sopClassUID ?? '')?.[column];
  return known && known !== '-' ? (known as AttributeType) : (anywhere.get(tag) ?? '3');
}

function tagsOf(table: string): number[] {
  return table
    .trim()
    .split(/\s+/)
    .map((tag) => Number.parseInt(tag, 16));
}
