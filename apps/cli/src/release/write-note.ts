import { openRelease, type StudyRelease } from '@sluice/archival/release/open-release';
import type { ObjectRow } from '@sluice/archival/rows/tables';
import { openForPerson } from '@sluice/audit';
import type { ReleaseProof } from '@sluice/contracts';
import type { Doors } from '../doors.js';
import type { Folder } from '../desk.js';
import { inOnePiece } from '../in-one-piece.js';

/** Finds the proof of a clean object; the manifest of its study is opened once, which is recorded. */
export type ProofFinder = (row: ObjectRow) => Promise<ReleaseProof | undefined>;

export function proofFinder(doors: Doors): ProofFinder {
  const opened = new Map<string, Promise<StudyRelease>>();
  return async (row) => {
    const release = opened.get(row.study_key) ?? openStudy(doors, row);
    opened.set(row.study_key, release);
    return (await release).get(row.name);
  };
}

/** Puts a proof beside its object; returns where it stands. */
export function writeNote(folder: Folder, name: string, proof: ReleaseProof): Promise<string> {
  return folder.put(name, inOnePiece(Buffer.from(`${JSON.stringify(proof, null, 2)}\n`)));
}

async function openStudy(doors: Doors, { tenant, study_key: studyKey }: ObjectRow): Promise<StudyRelease> {
  const [store, keys, audit, tables] = await Promise.all([
    doors.store(),
    doors.keys(),
    doors.audit(),
    doors.index(),
  ]);
  const study = await tables
    .selectFrom('archival_studies')
    .selectAll()
    .where('study_key', '=', studyKey)
    .executeTakeFirstOrThrow();
  if (study.version === 0) return new Map();
  const actor = { kind: 'person', name: doors.person } as const;
  const entry = { tenant, actor, action: 'export', subject: { studyKey, objectKind: 'manifest' } } as const;
  return openForPerson(audit, entry, () => openRelease({ store, keys, tables }, study));
}
