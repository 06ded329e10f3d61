import { type ActionCounts, SluiceError } from '@sluice/contracts';
import type { ElementAction, ElementView, RewritePlan } from '@sluice/dicom';
import { actionClass, noActions } from './action-counts.js';
import { noteOriginal, type Original, ORIGINAL, type Originals, textOf } from './originals.js';
import { type Evidence, noEvidence, noteEvidence, noteKept } from './pixels/evidence.js';
import type { PixelFindings } from './pixels/look/look-at-pixels.js';
import { pixelDoubt, pixelNeed } from './pixels/pixel-need.js';
import { createActions, type Replacements } from './profile/act-on-element.js';
import { fileMetaAction } from './profile/file-meta.js';
import type { Profile } from './profile/profile.js';
import { stampsOf } from './profile/stamps.js';
import type { Seeds } from './words/seeds.js';
import { gatherIdentifyingWords, type IdentifyingWords } from './residual/identifying-words.js';

/** Elements by what became of them; a sequence counts once, and what stood in a removed one does not count. */
export interface Counts {
  removed: number;
  replaced: number;
  kept: number;
}

/** The decisions about one object, and what was learned on the way. Original values in it never leave scrubbing. */
export interface ScrubPlan extends RewritePlan {
  readonly counts: Counts;
  /** The same elements, by class. */
  readonly actions: ActionCounts;
  readonly evidence: Evidence;
  readonly identity: IdentifyingWords;
  readonly originals: Originals;
  /** Throws the verdict that the header allows; to be called again at the end, when all of it was read. */
  judge(): void;
}

const IDENTIFIERS = [ORIGINAL.sopInstanceUID, ORIGINAL.studyInstanceUID, ORIGINAL.seriesInstanceUID];
const COUNTED = { keep: 'kept', remove: 'removed', empty: 'replaced', replace: 'replaced' } as const;

/** Called with every decision, before it is carried out. */
export type Observer = (element: ElementView, action: ElementAction) => void;

/** What a plan needs; `seeds` are the names of the object (words/read-ahead.ts). */
interface PlanRequest {
  readonly profile: Profile;
  readonly replacements: Replacements;
  readonly seeds: Seeds;
  /** What was found in the pixels, where they were looked at. */
  readonly findings?: PixelFindings | undefined;
  readonly observe?: Observer;
}

const UID = /^[0-9.]+$/;

/** What an instance's own UID becomes: itself where the profile retains UIDs and it is one. */
export function newUidOf(profile: Profile, replacements: Replacements): (original: string) => string {
  const retains = profile.options.has('retain-uids');
  return (original) => (retains && UID.test(original) ? original : replacements.newUid(original));
}

/** Plans the rewrite of one object. */
export function planScrubbing({ profile, replacements, seeds, findings, observe }: PlanRequest): ScrubPlan {
  const counts: Counts = { removed: 0, replaced: 0, kept: 0 };
  const actions = noActions();
  const evidence = noEvidence();
  const identity = gatherIdentifyingWords();
  const originals = new Map<number, Original>();
  const actOn = createActions(profile, replacements, seeds);
  const newUid = newUidOf(profile, replacements);

  function decide(element: ElementView): ElementAction {
    noteEvidence(evidence, element);
    noteOriginal(originals, element);
    const inFileMeta = element.tag >>> 16 === 2;
    const sopClassUID = evidence.sopClassUID ?? evidence.mediaStorageSOPClassUID;
    const action = inFileMeta ? fileMetaAction(element, newUid) : actOn(element, sopClassUID);
    noteKept(evidence, element, action);
    identity.note(element, action);
    counts[COUNTED[action.do]] += 1;
    actions[actionClass(element, action)] += 1;
    observe?.(element, action);
    return action;
  }

  function judge(): void {
    const doubt = pixelDoubt(pixelNeed(evidence, profile), findings);
    if (doubt) throw new SluiceError('SCRUBBING_PIXELS_UNPROVEN', { detail: doubt });
    if (IDENTIFIERS.some((tag) => textOf(originals, tag) === ''))
      throw new SluiceError('SCRUBBING_UNREADABLE', {
        detail: 'a UID of instance, series or study is missing',
      });
  }

  function stamp() {
    judge();
    return stampsOf(profile, textOf(originals, ORIGINAL.transferSyntaxUID), findings?.looked ?? false);
  }

  return { decide, stamp, judge, counts, actions, evidence, identity, originals };
}
