import { z } from 'zod';
import { AttemptId, InstanceIds, KeyedDigest, ObjectRef, Sha256, TenantId, Uid } from '../ids.js';
import { OutcomeId } from './decision.js';

/** How soon a person should look, by a model's own rule: research use, preliminary. */
export const Triage = z.enum(['urgent', 'soon', 'routine']);

/** A model of this house, by the SHA-256 of its file. */
export const ModelIdentity = z.object({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  version: z.string().regex(/^[0-9a-z.-]{1,16}$/),
  digest: Sha256,
});

/** One object that a model's answer was written to; staged and sealed, named by its kind. */
export const InferenceResult = z.object({
  kind: z.enum(['seg', 'sr', 'capture', 'finding', 'picture']),
  object: ObjectRef,
  /** SHA-256 and size of the opened object. */
  plainDigest: Sha256,
  plainSizeBytes: z.int().nonnegative(),
});

/** What became of one object before one model. `unfit`: the model was not made for it, `reason` says why; `failed`: `code` does. */
export const InferenceAnswer = z.object({
  model: ModelIdentity,
  verdict: z.enum(['answered', 'unfit', 'failed']),
  reason: z
    .string()
    .regex(/^[a-z][a-z-]{0,47}$/)
    .optional(),
  code: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]{0,63}$/)
    .optional(),
  triage: Triage.optional(),
  results: z.array(InferenceResult).max(5),
});

/** Every model has settled with a clean object: it answered, was not made for it, or failed. The object is read no more. */
export const InstanceInferredV1 = InstanceIds.extend({
  attempt: AttemptId,
  /** Which clean copy it was (`instance.scrubbed`). */
  outcome: OutcomeId,
  answers: z.array(InferenceAnswer).min(1).max(3),
});

/** A series is settled and quiet, and every model has settled with its clean objects; `version` grows with late arrivals. Always said. */
export const SeriesInferredV1 = z.object({
  tenant: TenantId,
  subjectKey: KeyedDigest,
  studyKey: KeyedDigest,
  seriesKey: KeyedDigest,
  version: z.int().positive(),
  /** None when nothing of the series was released. */
  deid: z.object({ seriesInstanceUID: Uid, studyInstanceUID: Uid }).optional(),
  verdict: z.enum(['answered', 'no-model-applies', 'failed', 'nothing-released']),
  /** The most urgent of its objects. */
  triage: Triage.optional(),
  models: z.array(ModelIdentity.extend({ answered: z.int(), unfit: z.int(), failed: z.int() })).max(3),
  counts: z.object({ instances: z.int(), clean: z.int(), quarantined: z.int(), dead: z.int() }),
  /** Codes of what failed. */
  codes: z.array(z.string().max(64)).max(8),
  /** The first 8; `resultsTotal` says how many there are, `instance.inferred` names them all. */
  results: z.array(InferenceResult.extend({ instanceKey: KeyedDigest })).max(8),
  resultsTotal: z.int().nonnegative(),
});
