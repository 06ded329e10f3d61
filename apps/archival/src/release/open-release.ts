import {
  objectNames,
  type ObjectRef,
  type ReleaseProof,
  SignedRootV1,
  type ReleaseNote,
} from '@sluice/contracts';
import { inclusionPaths } from '@sluice/crypto';
import type { ArchivalDoors } from '../doors.js';
import { openArchived } from '../open-archived.js';
import type { StudyRow } from '../rows/tables.js';
import type { Manifest } from '../sweep/manifest.js';
import { leavesOf } from './sign-root.js';

/** The proofs of a study's released objects by the name of the archived object, as its newest manifest has them. */
export type StudyRelease = ReadonlyMap<string, ReleaseProof>;

/**
 * Opens a study's newest manifest and its signed root. Empty where there is none yet, or where none of it was signed (from before there were
 * notes). For a person, record it first. @throws SluiceError STORE_*, CRYPTO_*
 */
export async function openRelease(doors: ArchivalDoors, study: StudyRow): Promise<StudyRelease> {
  const { tenant, study_key: studyKey, version } = study;
  const signedRef = await doors.store.describe(objectNames.release(tenant, studyKey, version));
  if (!study.manifest_name || !signedRef) return new Map();
  const manifestRef: ObjectRef = {
    name: study.manifest_name,
    digest: study.manifest_digest ?? '',
    sizeBytes: study.manifest_size_bytes ?? 0,
  };
  const manifest = (await openJson(doors, study, { ref: manifestRef, contentKey: 'manifest' })) as Manifest;
  const signed = SignedRootV1.parse(await openJson(doors, study, { ref: signedRef, contentKey: 'release' }));
  return proofsOf(manifest, signed);
}

function proofsOf(manifest: Manifest, signed: ReleaseProof['signed']): StudyRelease {
  const noted = manifest.instances
    .flatMap((line) => line.objects)
    .flatMap(({ name, note }) => (note ? [{ name, note }] : []));
  const leaves = leavesOf(noted.map(({ note }) => note));
  const paths = inclusionPaths(leaves);
  const proofOf = (note: ReleaseNote, index: number): ReleaseProof => ({
    schema: 'release.proof.v1',
    note,
    leaf: {
      index,
      hash: leaves[index]!.toString('hex'),
      path: paths[index]!.map((hash) => hash.toString('hex')),
    },
    signed,
  });
  return new Map(noted.map(({ name, note }, index) => [name, proofOf(note, index)]));
}

async function openJson(
  doors: ArchivalDoors,
  { tenant, subject_key: subjectKey }: StudyRow,
  { ref: archived, contentKey }: { ref: ObjectRef; contentKey: string },
): Promise<unknown> {
  const opened = await openArchived(doors, { tenant, subjectKey, contentKey, archived });
  return JSON.parse(Buffer.concat(await Array.fromAsync(opened)).toString());
}
