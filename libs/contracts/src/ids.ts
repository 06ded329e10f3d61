import { z } from 'zod';

/** A keyed digest (HMAC-SHA-256, lower-case hex) that stands for an identifier; only intake computes them. */
export const KeyedDigest = z.string().regex(/^[0-9a-f]{64}$/);
/** Opaque tenant id: it appears in object names and topic names, so it must not name a hospital. */
export const TenantId = z.string().regex(/^[a-z0-9]{1,32}$/);
/** SHA-256 of ciphertext or of a released object, lower-case hex. Never of an original. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** DICOM UID (PS3.5 9.1): digits and dots, at most 64 characters. */
export const Uid = z
  .string()
  .regex(/^[0-9]+(\.[0-9]+)*$/)
  .max(64);
/** One delivery of an instance: a random token, 32 hex characters. */
export const AttemptId = z.string().regex(/^[0-9a-f]{32}$/);

/** What kinds of objects the cellar holds. */
export const ObjectKind = z.enum(['raw', 'clean', 'wayback', 'result', 'quarantine']);
export type ObjectKind = z.infer<typeof ObjectKind>;

/** Claim check (law 1): where the bytes lie, and the SHA-256 and size of the sealed bytes. */
export const ObjectRef = z.object({
  name: z.string().min(1).max(512),
  digest: Sha256,
  sizeBytes: z.int().nonnegative(),
});
export type ObjectRef = z.infer<typeof ObjectRef>;

/** Who an instance is, without saying who: the four keys and its content (house.md "Who is who"). */
export const InstanceIds = z.object({
  tenant: TenantId,
  subjectKey: KeyedDigest,
  studyKey: KeyedDigest,
  seriesKey: KeyedDigest,
  instanceKey: KeyedDigest,
  contentKey: KeyedDigest,
});
export type InstanceIds = z.infer<typeof InstanceIds>;
