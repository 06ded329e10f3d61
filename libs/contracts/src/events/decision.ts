import { z } from 'zod';
import { AttemptId, InstanceIds, ObjectRef } from '../ids.js';

/** Names one outcome of scrubbing: 16 hex characters derived from profile digest, code version and, where there is one, decision. */
export const OutcomeId = z.string().regex(/^[0-9a-f]{16}$/);

/** Pixels of every frame, from its upper left corner. */
export const PixelRectangle = z.object({
  x: z.int().min(0).max(65_535),
  y: z.int().min(0).max(65_535),
  width: z.int().min(1).max(65_536),
  height: z.int().min(1).max(65_536),
});

/** A person has looked at the pixels: what is to be blacked out in every frame before they are released. */
export const ReleaseDecision = z.object({
  /** The decision's own id, random; also the delivery (`attempt`) that it starts. */
  id: AttemptId,
  rectangles: z.array(PixelRectangle).max(32),
});

/** What a person decided about one quarantined outcome. Why stands in the sealed `record`: a reason is free text. */
export const InstanceDecidedV1 = InstanceIds.extend({
  decision: AttemptId,
  outcome: OutcomeId,
  decided: z.enum(['released', 'rejected']),
  /** The account of the person who decided, as in the audit trail. */
  by: z.string().min(1).max(128),
  at: z.iso.datetime(),
  /** Of a release. */
  rectangles: ReleaseDecision.shape.rectangles,
  record: ObjectRef,
});
