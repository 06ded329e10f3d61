import { z } from 'zod';
import { OutcomeId, ReleaseDecision } from './decision.js';
import { AttemptId, InstanceIds, KeyedDigest, ObjectKind, ObjectRef, Sha256, Uid } from '../ids.js';
import { ReleaseNoteV1 } from '../release/release-note.js';

/** DIMSE priority as received (PS3.7 9.1.1.1): urgent ones are worked first. */
export const Priority = z.enum(['high', 'medium', 'low']);

/** A modality's instance lies staged and sealed, and its sender may be told so. */
export const InstanceReceivedV1 = InstanceIds.extend({
  attempt: AttemptId,
  object: ObjectRef,
  sopClassUID: Uid,
  transferSyntaxUID: Uid,
  priority: Priority,
  batchKey: AttemptId,
  /** Name of the peer in the operator's table, not its AE title or address. */
  peer: z.string().max(64),
  receivedAt: z.iso.datetime(),
  /** Staged again by archival, for a person's decision. */
  release: ReleaseDecision.optional(),
});

/** A de-identified copy is staged. Its UIDs are the new ones. */
export const InstanceScrubbedV1 = InstanceIds.extend({
  attempt: AttemptId,
  clean: ObjectRef,
  /** SHA-256 and size of the de-identified Part 10 file itself. */
  cleanDigest: Sha256,
  cleanSizeBytes: z.int().nonnegative(),
  /** The way back from pseudonym to person; only on the one instance of a subject that staged this record. */
  wayback: ObjectRef.optional(),
  outcome: OutcomeId,
  decision: AttemptId.optional(),
  profile: z.object({ name: z.string().max(64), digest: Sha256 }),
  codeVersion: z.string().max(32),
  counts: z.object({ removed: z.int(), replaced: z.int(), kept: z.int() }),
  deid: z.object({ sopInstanceUID: Uid, seriesInstanceUID: Uid, studyInstanceUID: Uid }),
  sopClassUID: Uid,
  transferSyntaxUID: Uid,
  /** Requested Procedure Priority (0040,1003) of the original, where it has one of the defined terms: STAT and HIGH are `high`. */
  priority: Priority.optional(),
  /** What was done to it; a long one (many masks) is a staged object. None from before there were notes. */
  note: z.union([ReleaseNoteV1, ObjectRef]).optional(),
});

/** Defined terms of Modality (PS3.3 C.7.3.1.1.1) by their form; who announces one checks that it is one. */
const Modality = z.string().regex(/^[A-Z0-9]{2,16}$/);

/** Verdict: nothing of this instance is released until a person has looked. The raw object is archived all the same. */
export const InstanceQuarantinedV1 = InstanceIds.extend({
  attempt: AttemptId,
  code: z.string().regex(/^[A-Z][A-Z0-9_]+$/),
  by: z.string().max(32),
  outcome: OutcomeId,
  decision: AttemptId.optional(),
  profile: z.object({ name: z.string().max(64), digest: Sha256 }).optional(),
  /** A defined term, never the element's text. */
  modality: Modality.optional(),
  /** What a person is shown of it, staged and sealed. */
  record: ObjectRef.optional(),
});

/** An object was sealed under the subject's secret and lies in the archive, not yet read back. */
export const ObjectSealedV1 = InstanceIds.extend({
  attempt: AttemptId,
  objectKind: ObjectKind,
  staged: ObjectRef,
  archived: ObjectRef,
  /** SHA-256 of the opened object; only for released (clean, result) objects. */
  plainDigest: Sha256.optional(),
});

/** An archived object was read back, opened, verified and indexed. */
export const InstanceArchivedV1 = InstanceIds.extend({
  attempt: AttemptId,
  objectKind: ObjectKind,
  archived: ObjectRef,
});

/** A study is quiet and everything received of it is settled; `version` grows with late arrivals. */
export const StudyArchivedV1 = z.object({
  tenant: InstanceIds.shape.tenant,
  subjectKey: KeyedDigest,
  studyKey: KeyedDigest,
  version: z.int().positive(),
  manifest: ObjectRef,
  /** The signed root of its release notes. */
  release: ObjectRef.optional(),
  counts: z.object({ instances: z.int(), clean: z.int(), quarantined: z.int() }),
});

/** An association or request ended; one event per study in it. `list` names its instances when asked for. */
export const BatchClosedV1 = z.object({
  tenant: InstanceIds.shape.tenant,
  batchKey: AttemptId,
  studyKey: KeyedDigest,
  /** The first 40 series; `seriesTotal` says how many there are. */
  series: z.array(z.object({ seriesKey: KeyedDigest, instances: z.int().positive() })).max(40),
  seriesTotal: z.int().positive(),
  instances: z.int().positive(),
  list: ObjectRef,
  peer: z.string().max(64),
  closedAt: z.iso.datetime(),
});
