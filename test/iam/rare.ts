/**
 * Grants that a guarded run of minutes does not reach, each with the code that needs it: when that code goes, so must the grant.
 * Rows: role, what of its grant, file, text.
 */
export const RARE: readonly (readonly [role: string, grant: string, file: string, text: string])[] = [
  // A note is inline up to some kilobytes.
  [
    'scrubbing',
    'writes staging/*/note/*',
    'apps/scrubbing/src/release-note.ts',
    'store.put(objectNames.stagedNote(',
  ],
  ['archival', 'reads staging/*/note/*', 'apps/archival/src/release/note-scrubbed.ts', 'store.get(ref)'],
  [
    'archival',
    'opens staging-clean',
    'apps/archival/src/release/note-scrubbed.ts',
    "staging(tenant, 'staging-clean').open(",
  ],
  // Only when the database has lost the row: the store had it first.
  ['archival', 'reads secrets/*/archive', 'libs/crypto/src/secrets/subject-keys.ts', 'shelf.get('],
  ['admin-door', 'reads secrets/*/archive', 'libs/crypto/src/secrets/subject-keys.ts', 'shelf.get('],
  // Only where versions are kept.
  [
    'doctor',
    'asks s3:ListBucketVersions',
    'libs/store/src/check/check-bucket.ts',
    'new ListObjectVersionsCommand(',
  ],
  ['doctor', 'removesVersions probe/*', 'libs/store/src/check/check-bucket.ts', 'VersionId })'],
];
