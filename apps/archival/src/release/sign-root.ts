import { canonicalJson, type ReleaseNote, type ReleaseRoot, type SignedRoot } from '@sluice/contracts';
import { type Keys, leafHash, treeRoot } from '@sluice/crypto';

/** The leaves of a release tree: one per note, in the order of the manifest. */
export function leavesOf(notes: readonly ReleaseNote[]): Buffer[] {
  return notes.map((note) => leafHash(Buffer.from(canonicalJson(note))));
}

/** Signs the root over a study's notes together with their manifest (SHA-256 of the sealed one, version): one call of the key service. */
export async function signRoot(
  keys: Keys,
  notes: readonly ReleaseNote[],
  manifest: { readonly digest: string; readonly version: number },
): Promise<SignedRoot> {
  const root: ReleaseRoot = {
    schema: 'release.root.v1',
    manifest: manifest.digest,
    version: manifest.version,
    notes: notes.length,
    root: treeRoot(leavesOf(notes)).toString('hex'),
    key: (await keys.releaseKey()).id,
  };
  const signature = await keys.signRelease(Buffer.from(canonicalJson(root)));
  return { root, signature: signature.toString('base64') };
}
