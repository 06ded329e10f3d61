import { z } from 'zod';
import { Sha256 } from '../ids.js';
import { ReleaseNoteV1 } from './release-note.js';

/**
 * What archival signs when it writes a manifest: the Merkle tree (RFC 9162 2.1, SHA-256) of the study's release notes, and the manifest.
 * The signature is over its canonical JSON.
 */
export const ReleaseRootV1 = z.strictObject({
  schema: z.literal('release.root.v1'),
  /** SHA-256 of the sealed manifest, and its version. */
  manifest: Sha256,
  version: z.int().positive(),
  /** How many notes the tree has. */
  notes: z.int().nonnegative(),
  root: Sha256,
  /** Which key signed: SHA-256 of its public key (SubjectPublicKeyInfo, DER). */
  key: Sha256,
});
export type ReleaseRoot = z.infer<typeof ReleaseRootV1>;

/** A signed root, as it lies beside its manifest. */
export const SignedRootV1 = z.strictObject({
  root: ReleaseRootV1,
  /** ECDSA P-256 with SHA-256, DER, in base64. */
  signature: z.base64().max(200),
});
export type SignedRoot = z.infer<typeof SignedRootV1>;

/** The file that goes with a released object: its note, the way from the note to the signed root. */
export const ReleaseProofV1 = z.strictObject({
  schema: z.literal('release.proof.v1'),
  note: ReleaseNoteV1,
  /** Where the note stands in the tree, its leaf hash, and the inclusion path from the leaf up. */
  leaf: z.strictObject({
    index: z.int().nonnegative(),
    hash: Sha256,
    path: z.array(Sha256).max(64),
  }),
  signed: SignedRootV1,
});
export type ReleaseProof = z.infer<typeof ReleaseProofV1>;
