import { type ElementView, vrOf } from '@sluice/dicom';
import { attributeType } from '../attributes/attribute-types.js';
import { ICC_PROFILE } from '../values/icc-profile.js';
import { isImageBulk, kindOf, type ValueKind } from '../values/value-kinds.js';
import type { Profile } from './profile.js';
import { type Judgement, type Rule, ruleFrom, UNPROVEN } from './rules.js';
import { judgePrivate } from './safe-private.js';

const REMOVE: Judgement = { fate: 'remove', otherwise: 'remove' };
const KEPT: Judgement = { fate: 'keep', otherwise: 'remove' };
/** Built anew (values/icc-profile.ts). */
const CLEANED: Judgement = { fate: 'technical', otherwise: 'remove' };
const TECHNICAL = ruleFrom((type) => ({ fate: 'technical', otherwise: UNPROVEN[type].fate }));
const NUMBERS = ruleFrom((type) => ({ fate: 'keep', otherwise: UNPROVEN[type].fate }));
const UIDS = ruleFrom((type) => ({ fate: 'uid', otherwise: UNPROVEN[type].fate }));

/** An element as judging needs it. */
export type Judged = Pick<ElementView, 'tag' | 'vr' | 'path' | 'privateCreator' | 'value'>;

/** The VR to go by: as encoded, or the dictionary's where the object says UN. */
export function effectiveVr({ tag, vr }: Pick<Judged, 'tag' | 'vr'>): string {
  return vr === 'UN' ? (vrOf(tag) ?? 'UN') : vr;
}

/**
 * The fate of an element of the data set: by its row of Table E.1-1 under the profile's options, else by what its VR can hold.
 * Elements that the dictionary does not know, group lengths and what is left of overlays are removed: nothing says what they hold.
 */
export function judgeElement(profile: Profile, element: Judged, sopClassUID: string | undefined): Judgement {
  const { tag } = element;
  const override = profile.overrides.size > 0 ? profile.overrides.ruleFor(element) : undefined;
  if (override) return byType(override, element, sopClassUID);
  if ((tag & 0x10000) !== 0) return judgePrivate(profile, element);
  const rule = profile.rules.of(tag);
  if (rule) return byType(rule, element, sopClassUID);
  if ((tag & 0xffff) === 0 || tag >>> 24 === 0x60) return REMOVE;
  const standard = kindOf(vrOf(tag) ?? '');
  const encoded = kindOf(effectiveVr(element));
  if (!standard || !encoded) return REMOVE;
  if (standard !== encoded && !(isNumeric(standard) && isNumeric(encoded)))
    return encoded === 'sequence' ? REMOVE : byType(UNPROVEN, element, sopClassUID);
  const judgement = judgeKind(encoded === 'bulk' ? 'bulk' : standard, element);
  return 'fate' in judgement ? judgement : byType(judgement, element, sopClassUID);
}

function byType(rule: Rule, { tag, path }: Judged, sopClassUID: string | undefined): Judgement {
  return rule[attributeType(tag, path, sopClassUID)];
}

/** US or OW, US or SS: the dictionary names one, the object may use the other. */
function isNumeric(kind: ValueKind): boolean {
  return kind === 'number' || kind === 'bulk';
}

function judgeKind(kind: ValueKind, { tag, path }: Judged): Judgement | Rule {
  switch (kind) {
    case 'text':
      return TECHNICAL;
    case 'uid':
      return UIDS;
    case 'bulk':
      if (tag === ICC_PROFILE) return CLEANED;
      return isImageBulk(tag, path.length) ? KEPT : REMOVE;
    case 'number':
      return NUMBERS;
    case 'sequence':
      return KEPT;
  }
}
