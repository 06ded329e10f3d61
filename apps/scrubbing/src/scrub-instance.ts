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
import type { Store } from '@sluice/store';
import type { Announcement, Ledger } from './ledger/ledger.js';
import type { PixelTools } from './pixels/look/look-at-pixels.js';
import { CODE_VERSION, outcomeOf, type Profile } from './profile/profile.js';
import { uidOf } from './profile/uid-map.js';
import { dayOffsetOf, pseudonymOf, waybackDigest } from './pseudonym.js';
import { stageNote } from './release-note.js';
import { type ScrubVerdict, scrubObject } from './scrub-object.js';

/** The doors that scrubbing takes. */
export interface ScrubDoors {
  readonly store: Store;
  readonly keys: Keys;
  readonly ledger: Ledger;
  readonly profile: Profile;
  /** Without them what may show a name is quarantined. */
  readonly pixels?: PixelTools;
}

type Received = EventData<'instance.received.v1'>;
type Note = Awaited<ReturnType<typeof stageNote>>;
type Clean = Extract<ScrubVerdict<ObjectRef>, { outcome: 'clean' }>;
type Said = NextEvent<'instance.scrubbed.v1' | 'instance.quarantined.v1'>;

/**
 * De-identifies a received instance: a clean object staged and `instance.scrubbed`, or `instance.quarantined` with a verdict. What was
 * announced once is announced again, whether its staged object is still there or not; after a change of profile what was announced last,
 * when the staged object is gone. Same instance with other content, or one study with two subjects: the one that came second is
 * quarantined.
 * @throws SluiceError STORE_*, CRYPTO_*, DATABASE_UNAVAILABLE
 */
export async function scrubInstance(doors: ScrubDoors, received: Received): Promise<Said> {
  const before = await doors.ledger.announced(received, outcomeOf(doors.profile));
  if (before) return eventOf(before);
  const conflict = await doors.ledger.conflictOf(received);
  if (conflict) return eventOf(await doors.ledger.note(quarantined(doors, received, conflict)));
  try {
    return eventOf(await doors.ledger.note(await scrub(doors, received)));
  } catch (error) {
    if (!isSluiceError(error) || error.code !== 'STORE_OBJECT_MISSING') throw error;
    return settledBefore(doors.ledger, received, error);
  }
}

/** Archival deletes what is settled: missing, with an outcome of an older profile or code version, means done (law 5). */
async function settledBefore(ledger: Ledger, received: Received, missing: SluiceError): Promise<Said> {
  const last = await ledger.announcedLast(received);
  if (!last) throw missing;
  return eventOf(last);
}

async function scrub(doors: ScrubDoors, received: Received): Promise<Announcement> {
  const { keys } = doors;
  const secret = await keys.subject(received.tenant, received.subjectKey).pseudonym();
  const tenantKeys = await keys.tenant(received.tenant, ['tenant-uid']);
  const pseudonym = pseudonymOf(secret);
  const replacements = {
    pseudonym,
    dayOffset: dayOffsetOf(secret),
    newUid: (original: string) => uidOf(tenantKeys.uid(original)),
  };
  const { profile, pixels } = doors;
  const source = { open: () => openRaw(doors, received) };
  const verdict = await scrubObject({ source, replacements, profile, pixels }, (clean) =>
    stageClean(doors, received, clean),
  );
  if (verdict.outcome === 'quarantined') return quarantined(doors, received, verdict.code);
  const note = await stageNote(doors, received, verdict);
  const wayback = await stageWayback(doors, received, {
    secret,
    record: JSON.stringify({ pseudonym, ...verdict.person }),
  });
  return scrubbed(doors.profile, received, { verdict, wayback, note });
}

/** Opened once for most objects, twice where pixels are looked at before they are written. */
async function* openRaw({ store, keys }: ScrubDoors, received: Received): AsyncGenerator<Uint8Array> {
  yield* keys.staging(received.tenant, 'staging-raw').open(await store.get(received.object));
}

async function stageClean(
  { store, keys, profile }: ScrubDoors,
  received: Received,
  clean: AsyncIterable<Buffer>,
): Promise<ObjectRef> {
  const sealed = keys.staging(received.tenant, 'staging-clean').seal(clean);
  const { ref } = await store.put(objectNames.stagedClean(received, outcomeOf(profile)), sealed);
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
  profile: Profile,
  received: Received,
  { verdict, wayback, note }: { verdict: Clean; wayback: ObjectRef | undefined; note: Note },
): Announcement {
  const { cleanDigest, cleanSizeBytes, counts, deid, sopClassUID, transferSyntaxUID } = verdict;
  return {
    type: 'instance.scrubbed.v1',
    data: {
      ...idsOf(received),
      clean: verdict.stored,
      ...(wayback && { wayback }),
      outcome: outcomeOf(profile),
      profile: { name: profile.name, digest: profile.digest },
      codeVersion: CODE_VERSION,
      ...{ cleanDigest, cleanSizeBytes, counts, deid, sopClassUID, transferSyntaxUID, note },
    },
  };
}

function quarantined({ profile }: ScrubDoors, received: Received, code: string): Announcement {
  return {
    type: 'instance.quarantined.v1',
    data: { ...idsOf(received), code, by: 'scrubbing', outcome: outcomeOf(profile) },
  };
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
