import { createHash } from 'node:crypto';
import {
  type EventData,
  isSluiceError,
  type ObjectRef,
  objectNames,
  type SluiceError,
} from '@sluice/contracts';
import type { Keys } from '@sluice/crypto';
import type { NextEvent } from '@sluice/service';
import { beginThen, type Store } from '@sluice/store';
import type { Announcement, Conflict, Ledger } from './ledger/ledger.js';
import type { PixelFindings, PixelTools } from './pixels/look/look-at-pixels.js';
import { CODE_VERSION, outcomeOf, type Profile } from './profile/profile.js';
import { uidOf } from './profile/uid-map.js';
import { dayOffsetOf, pseudonymOf, waybackDigest } from './pseudonym.js';
import type { SecondEngine } from './residual/second-engine.js';
import { stageNote } from './release-note.js';
import { type Changes, quarantineRecord, watchChanges } from './quarantine-record.js';
import { type ScrubVerdict, scrubObject } from './scrub-object.js';
import { isTechnical } from './vocabulary/technical-text.js';

/** The doors that scrubbing takes. */
export interface ScrubDoors {
  readonly store: Store;
  readonly keys: Keys;
  readonly ledger: Ledger;
  readonly profile: Profile;
  /** Without them what may show a name is quarantined. */
  readonly pixels?: PixelTools;
  readonly secondEngine: SecondEngine;
}

type Received = EventData<'instance.received.v1'>;
type Note = Awaited<ReturnType<typeof stageNote>>;
type Clean = Extract<ScrubVerdict<ObjectRef>, { outcome: 'clean' }>;
/** What scrubbing says of an instance. */
export type Said = NextEvent<'instance.scrubbed.v1' | 'instance.quarantined.v1'>;

/**
 * De-identifies a received instance: a clean object staged and `instance.scrubbed`, or `instance.quarantined` with a verdict. What was
 * announced once is announced again, whether its staged object is still there or not; after a change of profile what was announced last,
 * when the staged object is gone. Same instance with other content, or one study with two subjects: the one that came second is
 * quarantined.
 * @throws SluiceError STORE_*, CRYPTO_*, DATABASE_UNAVAILABLE
 */
export async function scrubInstance(doors: ScrubDoors, received: Received): Promise<Said> {
  const before = await doors.ledger.announced(received, outcomeFor(doors, received));
  if (before) return eventOf(await standing(doors.ledger, received, before));
  const conflict = await doors.ledger.conflictOf(received);
  try {
    const verdict = conflict
      ? await quarantined(doors, received, { code: conflict, detail: CONFLICTS[conflict] })
      : await scrub(doors, received);
    return eventOf(await doors.ledger.note(verdict));
  } catch (error) {
    if (!isSluiceError(error) || error.code !== 'STORE_OBJECT_MISSING') throw error;
    return settledBefore(doors.ledger, received, error);
  }
}

/** What was held and then released for a person's decision is said again as it was decided, whichever delivery asks. */
async function standing(ledger: Ledger, received: Received, before: Announcement): Promise<Announcement> {
  if (before.type === 'instance.scrubbed.v1' || received.release) return before;
  return (await ledger.announcedLast(received)) ?? before;
}

const CONFLICTS: Readonly<Record<Conflict, string>> = {
  SCRUBBING_CONFLICT: 'another content came first under the same SOP Instance UID',
  SCRUBBING_SUBJECT_CONFLICT: 'the first image of its study named another patient',
};

/** Profile, code version and, where a person has decided, the decision name an outcome. */
function outcomeFor({ profile }: Pick<ScrubDoors, 'profile'>, { release }: Received): string {
  return outcomeOf(profile, release?.id);
}

/** Archival deletes what is settled: missing, with an outcome of an older profile or code version, means done (law 5). */
async function settledBefore(ledger: Ledger, received: Received, missing: SluiceError): Promise<Said> {
  const last = await ledger.announcedLast(received);
  if (!last) throw missing;
  return eventOf(last);
}

/** A subject's secret is made for bytes that are there: a late event of one that was erased leaves none behind. */
async function scrub(doors: ScrubDoors, received: Received): Promise<Announcement> {
  const [raw, { secret, replacements }] = await beginThen(openRaw(doors, received), () =>
    replacementsFor(doors, received),
  );
  const { profile, pixels, secondEngine } = doors;
  const begun = [raw];
  const source = { open: () => begun.pop() ?? openRaw(doors, received) };
  const { observe, changes } = watchChanges();
  const { release } = received;
  const decision = release && { pixelsSeen: true as const, rectangles: release.rectangles };
  const request = { source, replacements, profile, pixels, secondEngine, decision, observe };
  const verdict = await scrubObject(request, (clean) => stageClean(doors, received, clean));
  if (verdict.outcome === 'quarantined') return quarantined(doors, received, { ...verdict, changes });
  const note = await stageNote(doors, received, verdict);
  const wayback = await stageWayback(doors, received, {
    secret,
    record: JSON.stringify({ pseudonym: replacements.pseudonym, ...verdict.person }),
  });
  return scrubbed(doors, received, { verdict, wayback, note });
}

async function replacementsFor({ keys }: ScrubDoors, { tenant, subjectKey }: Received) {
  const secret = await keys.subject(tenant, subjectKey).pseudonym();
  const tenantKeys = await keys.tenant(tenant, ['tenant-uid']);
  const newUid = (original: string) => uidOf(tenantKeys.uid(original));
  return {
    secret,
    replacements: { pseudonym: pseudonymOf(secret), dayOffset: dayOffsetOf(secret), newUid },
  };
}

/** Opened once for most objects, twice where pixels are looked at before they are written. */
async function* openRaw({ store, keys }: ScrubDoors, received: Received): AsyncGenerator<Buffer> {
  yield* keys.staging(received.tenant, 'staging-raw').open(await store.get(received.object));
}

async function stageClean(
  doors: ScrubDoors,
  received: Received,
  clean: AsyncIterable<Buffer>,
): Promise<ObjectRef> {
  const sealed = doors.keys.staging(received.tenant, 'staging-clean').seal(clean);
  const name = objectNames.stagedClean(received, outcomeFor(doors, received));
  const { ref } = await doors.store.put(name, sealed);
  return ref;
}

/** One instance per record stages and announces it: the one that the ledger names, at each of its deliveries. */
async function stageWayback(
  { store, keys, ledger }: ScrubDoors,
  received: Received,
  way: { secret: Buffer; record: string },
): Promise<ObjectRef | undefined> {
  const name = objectNames.stagedWayback(
    received.tenant,
    received.subjectKey,
    waybackDigest(way.secret, way.record),
  );
  if (!(await ledger.ownsWayback(name, received))) return undefined;
  const sealed = keys.staging(received.tenant, 'staging-wayback').seal(once(Buffer.from(way.record)));
  return (await store.put(name, sealed)).ref;
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

function scrubbed(
  { profile }: ScrubDoors,
  received: Received,
  { verdict, wayback, note }: { verdict: Clean; wayback: ObjectRef | undefined; note: Note },
): Announcement {
  const { cleanDigest, cleanSizeBytes, counts, deid, sopClassUID, transferSyntaxUID, priority } = verdict;
  return {
    type: 'instance.scrubbed.v1',
    data: {
      ...idsOf(received),
      clean: verdict.stored,
      ...(wayback && { wayback }),
      outcome: outcomeOf(profile, received.release?.id),
      ...decisionOf(received),
      profile: { name: profile.name, digest: profile.digest },
      codeVersion: CODE_VERSION,
      ...{ cleanDigest, cleanSizeBytes, counts, deid, sopClassUID, transferSyntaxUID, note },
      ...(priority && { priority }),
    },
  };
}

interface Held {
  readonly code: string;
  readonly detail: string;
  readonly changes?: Changes;
  readonly findings?: PixelFindings;
}

/** Staged first: what a person will be shown of it. Put-if-absent, so that a second run announces the first one's. */
async function quarantined(doors: ScrubDoors, received: Received, held: Held): Promise<Announcement> {
  const { profile, store, keys, pixels } = doors;
  const outcome = outcomeFor(doors, received);
  const { sopClassUID, transferSyntaxUID, object } = received;
  const content = await quarantineRecord({
    ...{ source: { open: () => openRaw(doors, received) }, codecs: pixels?.codecs, held, profile },
    known: { outcome, sopClassUID, transferSyntaxUID, sealedSizeBytes: object.sizeBytes },
  });
  const bytes = Buffer.from(JSON.stringify(content));
  const sealed = keys.staging(received.tenant, 'staging-quarantine').seal(once(bytes));
  const { ref: record } = await store.put(objectNames.stagedQuarantine(received, outcome), sealed);
  const modality = content.before['Modality'];
  return {
    type: 'instance.quarantined.v1',
    data: {
      ...idsOf(received),
      ...{ code: held.code, by: 'scrubbing', outcome, record },
      ...decisionOf(received),
      profile: { name: profile.name, digest: profile.digest },
      ...(modality && isTechnical('Modality', 'CS', modality) && { modality }),
    },
  };
}

function decisionOf({ release }: Received): { decision?: string } {
  return release ? { decision: release.id } : {};
}

function idsOf({ tenant, subjectKey, studyKey, seriesKey, instanceKey, contentKey, attempt }: Received) {
  return { tenant, subjectKey, studyKey, seriesKey, instanceKey, contentKey, attempt };
}

/** The id says the cause: instance, content and outcome. */
function eventOf({ type, data }: Announcement): Said {
  const cause = createHash('sha256')
    .update([data.instanceKey, data.contentKey, data.outcome].join(' '))
    .digest('hex');
  return { type, id: `scrubbing-${cause}`, data } as Said;
}
