import {
  canonicalJson,
  type EventData,
  objectNames,
  type ObjectRef,
  type ReleaseNote,
} from '@sluice/contracts';
import type { Keys } from '@sluice/crypto';
import type { Store } from '@sluice/store';
import { CODE_VERSION, outcomeOf, type Profile } from './profile/profile.js';
import type { CleanFacts } from './scrub-object.js';

/** Longer notes do not travel in their event (law 1): canonical JSON, characters, all of them ASCII but a profile's name. */
const MOST_INLINE = 4_000;

/** What a note is made of. */
export type NoteFacts = Omit<CleanFacts, 'counts' | 'person'>;

/** The note of a clean object: the same at each run, as everything in it follows from content, profile, code version and a person's decision. */
export function releaseNote(profile: Profile, contentKey: string, facts: NoteFacts): ReleaseNote {
  const { sopInstanceUID, seriesInstanceUID, studyInstanceUID } = facts.deid;
  return {
    schema: 'release.note.v1',
    profile: { name: profile.name, digest: profile.digest },
    codeVersion: CODE_VERSION,
    before: { contentKey },
    after: {
      sha256: facts.cleanDigest,
      sizeBytes: facts.cleanSizeBytes,
      SOPClassUID: facts.sopClassUID,
      SOPInstanceUID: sopInstanceUID,
      SeriesInstanceUID: seriesInstanceUID,
      StudyInstanceUID: studyInstanceUID,
      TransferSyntaxUID: facts.transferSyntaxUID,
    },
    actions: { ...facts.actions },
    pixels: pixelsOf(facts),
    residual: { verdict: 'passed', engines: [...facts.engines] },
  };
}

/** The note as its event carries it: itself, or where its bytes lie, sealed. @throws SluiceError STORE_*, CRYPTO_* */
export async function stageNote(
  { store, keys, profile }: { readonly store: Store; readonly keys: Keys; readonly profile: Profile },
  received: EventData<'instance.received.v1'>,
  facts: NoteFacts,
): Promise<ReleaseNote | ObjectRef> {
  const note = releaseNote(profile, received.contentKey, facts);
  const bytes = canonicalJson(note);
  if (bytes.length <= MOST_INLINE) return note;
  const sealed = keys.staging(received.tenant, 'staging-clean').seal(once(Buffer.from(bytes)));
  return (await store.put(objectNames.stagedNote(received, outcomeOf(profile, received.release?.id)), sealed))
    .ref;
}

function pixelsOf({ masks, looked, decided }: NoteFacts): ReleaseNote['pixels'] {
  const listed = masks.ranges.map(({ first, last, rectangles }) => ({
    firstFrame: first + 1,
    lastFrame: last + 1,
    rectangles: rectangles.map(({ x, y, width, height }) => ({ x, y, width, height })),
  }));
  const isMasked = listed.length + masks.moreRanges > 0;
  const verdict = isMasked ? 'masked' : looked ? 'looked-at' : 'not-needed';
  const looker = decided ? 'person' : 'engine';
  const by = isMasked || looked ? looker : 'none';
  return { verdict, by, masks: listed, unlistedMasks: masks.moreRanges };
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
