import { createHmac } from 'node:crypto';
import type { RewritePlan } from '@sluice/dicom';
import { createActions, type Replacements } from '@sluice/scrubbing/profile/act-on-element';
import { fileMetaAction } from '@sluice/scrubbing/profile/file-meta';
import { BASIC } from '@sluice/scrubbing/profile/profile';
import { stampsOf } from '@sluice/scrubbing/profile/stamps';
import { uidOf } from '@sluice/scrubbing/profile/uid-map';
import { NO_SEEDS } from '@sluice/scrubbing/words/seeds';

const SOP_CLASS_UID = 0x00080016;
const FILE_META = 2;

/** Fixed replacements: key service and subjects are no part of a header scrub. */
export const replacements: Replacements = {
  pseudonym: 'PSEUDONYMA234567',
  dayOffset: -1000,
  newUid: (original) => uidOf(createHmac('sha256', 'bench').update(original).digest()),
};

/** Every rule of the basic profile and its stamps, and nothing else: what a header scrub costs. */
export function headerScrubPlan(transferSyntaxUID: string): RewritePlan {
  const actOn = createActions(BASIC, replacements, NO_SEEDS);
  let sopClassUID: string | undefined;
  return {
    decide: (element) => {
      if (element.tag === SOP_CLASS_UID) sopClassUID = element.value?.toString('latin1').replace(/\0$/, '');
      return element.tag >>> 16 === FILE_META
        ? fileMetaAction(element, replacements.newUid)
        : actOn(element, sopClassUID);
    },
    stamp: () => stampsOf(BASIC, transferSyntaxUID, { pixelsCleaned: false, showsFace: false }),
  };
}
