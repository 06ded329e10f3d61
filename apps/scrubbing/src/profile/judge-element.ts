import { type ElementView, vrOf } from '@sluice/dicom';
import { type Fate, resolveCode } from './action-codes.js';
import { type AttributeType, attributeType } from '../attributes/attribute-types.js';
import { profileRow } from './profile-rows.js';
import { isImageBulk, kindOf, type ValueKind } from '../values/value-kinds.js';

const UNPROVEN: Readonly<Record<AttributeType, Fate>> = { '1': 'dummy', '2': 'empty', '3': 'remove' };

/** An element as judging needs it. */
export type Judged = Pick<ElementView, 'tag' | 'vr' | 'path'>;

/** The VR to go by: as encoded, or the dictionary's where the object says UN. */
export function effectiveVr({ tag, vr }: Pick<Judged, 'tag' | 'vr'>): string {
  return vr === 'UN' ? (vrOf(tag) ?? 'UN') : vr;
}

/** What becomes of an element whose value cannot be proven: by its attribute type. */
export function unprovenFate(element: Judged, sopClassUID: string | undefined): Fate {
  return UNPROVEN[attributeType(element.tag, element.path.length, sopClassUID)];
}

/**
 * The fate of an element of the data set: by its row of Table E.1-1, else by what its VR can hold. Elements that the dictionary does
 * not know, group lengths and what is left of overlays are removed: nothing says what they hold.
 */
export function judgeElement(element: Judged, sopClassUID: string | undefined): Fate {
  const { tag } = element;
  const row = profileRow(tag);
  if (row) return resolveCode(row[2], attributeType(tag, element.path.length, sopClassUID));
  if ((tag & 0xffff) === 0 || tag >>> 24 === 0x60) return 'remove';
  const standard = kindOf(vrOf(tag) ?? '');
  const encoded = kindOf(effectiveVr(element));
  if (!standard || !encoded) return 'remove';
  if (standard === encoded || (isNumeric(standard) && isNumeric(encoded)))
    return fateOfKind(encoded === 'bulk' ? 'bulk' : standard, element);
  return encoded === 'sequence' ? 'remove' : unprovenFate(element, sopClassUID);
}

/** US or OW, US or SS: the dictionary names one, the object may use the other. */
function isNumeric(kind: ValueKind): boolean {
  return kind === 'number' || kind === 'bulk';
}

function fateOfKind(kind: ValueKind, { tag, path }: Judged): Fate {
  switch (kind) {
    case 'text':
      return 'clean';
    case 'uid':
      return 'uid';
    case 'bulk':
      return isImageBulk(tag, path.length) ? 'keep' : 'remove';
    default:
      return 'keep';
  }
}
