import { canonicalJson, type ErrorCode, type ReleaseProof } from '@sluice/contracts';
import { leafHash, type PublicKey, rootFromPath } from '@sluice/crypto';

/** A file as it was found: SHA-256 (hex) and size. */
export interface FoundObject {
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Each link of the proof, and whether it holds. */
export interface ReleaseChecks {
  /** The object has the note's SHA-256 and size. */
  readonly object: boolean;
  /** The note has the leaf's hash. */
  readonly note: boolean;
  /** The inclusion path leads from the leaf to the root. */
  readonly proof: boolean;
  /** The root and what stands beside it were signed by this key. */
  readonly signature: boolean;
  /** The root names this key. */
  readonly key: boolean;
}

/** Checks an object against its release proof and a public key: nothing else is asked, nothing is written. */
export function checkRelease(proof: ReleaseProof, object: FoundObject, key: PublicKey): ReleaseChecks {
  const { note, leaf, signed } = proof;
  const path = leaf.path.map((hash) => Buffer.from(hash, 'hex'));
  const place = { index: leaf.index, size: signed.root.notes };
  const root = rootFromPath(Buffer.from(leaf.hash, 'hex'), path, place);
  const statement = Buffer.from(canonicalJson(signed.root));
  return {
    object: object.sha256 === note.after.sha256 && object.sizeBytes === note.after.sizeBytes,
    note: leafHash(Buffer.from(canonicalJson(note))).toString('hex') === leaf.hash,
    proof: root?.toString('hex') === signed.root.root,
    signature: key.verifies(statement, Buffer.from(signed.signature, 'base64')),
    key: signed.root.key === key.id,
  };
}

/** Why a release is not proven, from the root down to the object; undefined where every link holds. */
export function refusalOf(checks: ReleaseChecks): ErrorCode | undefined {
  if (!checks.key) return 'CLI_KEY_DIFFERS';
  if (!checks.signature) return checks.proof ? 'CLI_SIGNATURE_WRONG' : 'CLI_ROOT_CHANGED';
  if (!checks.note) return 'CLI_NOTE_CHANGED';
  if (!checks.proof) return 'CLI_PROOF_CHANGED';
  return checks.object ? undefined : 'CLI_OBJECT_CHANGED';
}
