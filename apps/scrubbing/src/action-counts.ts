import type { ActionCounts } from '@sluice/contracts';
import type { ElementAction, ElementView } from '@sluice/dicom';
import { effectiveVr } from './profile/judge-element.js';
import { dummyOf } from './values/dummy-values.js';
import { privateVr } from './values/keep-value.js';

const DONE = { keep: 'kept', remove: 'removed', empty: 'emptied' } as const;
const DATES = new Set(['DA', 'DT', 'TM']);
const MEDIA_STORAGE_SOP_INSTANCE_UID = 0x00020003;
/** Patient's Name and Patient ID: the pseudonym takes their place. */
const PSEUDONYM_TAGS = new Set([0x00100010, 0x00100020]);

/** Nothing counted yet. */
export function noActions(): ActionCounts {
  return { kept: 0, removed: 0, emptied: 0, replaced: 0, cleaned: 0, datesShifted: 0, uidsMapped: 0 };
}

/** The class of what was done to an element, for its release note: told by the element and the value that took the place of its own. */
export function actionClass(element: ElementView, action: ElementAction): keyof ActionCounts {
  if (action.do !== 'replace') return DONE[action.do];
  const { tag } = element;
  if (tag >>> 16 === 2) return tag === MEDIA_STORAGE_SOP_INSTANCE_UID ? 'uidsMapped' : 'replaced';
  const vr = tag & 0x10000 ? privateVr(element) : effectiveVr(element);
  if (vr === 'UI') return 'uidsMapped';
  if (PSEUDONYM_TAGS.has(tag) || action.value.equals(dummyOf(vr))) return 'replaced';
  return DATES.has(vr) ? 'datesShifted' : 'cleaned';
}
