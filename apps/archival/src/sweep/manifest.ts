import { createHash } from 'node:crypto';
import {
  type EventData,
  objectNames,
  type ObjectRef,
  type ReleaseNote,
  ReleaseNoteV1,
  SluiceError,
} from '@sluice/contracts';
import { eventOf, type NextEvent } from '@sluice/service';
import type { ArchivalDoors } from '../doors.js';
import { signRoot } from '../release/sign-root.js';
import type { ObjectRow, StudyRow } from '../rows/tables.js';

/** An archived object in a manifest; a clean one with the note of what was done to it. */
interface ManifestObject extends ObjectRef {
  readonly kind: string;
  readonly plainDigest?: string;
  readonly note?: ReleaseNote;
}

/** One line of a study manifest: an instance content, its archived objects, and what scrubbing said. */
interface ManifestLine {
  readonly instanceKey: string;
  readonly seriesKey: string;
  readonly contentKey: string;
  readonly objects: readonly ManifestObject[];
  readonly verdict: string;
  readonly code?: string;
}

/** What a study consists of, as of one version. */
export interface Manifest {
  readonly schema: 'study.manifest.v1';
  readonly tenant: string;
  readonly studyKey: string;
  readonly version: number;
  readonly instances: readonly ManifestLine[];
}

/**
 * Writes the next version of a study's manifest and the signed root of its release notes, both sealed under the subject's secret, and
 * returns `study.archived`. Signed before anything is written: while the key service is away nothing piles up. A version that is already
 * there is a crashed run's, and may lack what came since: the next number is taken. Makes no secret. @throws SluiceError ARCHIVAL_NOTE_INVALID,
 * CRYPTO_SECRET_MISSING where the subject was erased or has nothing archived yet, STORE_*, CRYPTO_*
 */
export async function writeManifest(
  doors: ArchivalDoors,
  study: StudyRow,
): Promise<NextEvent<'study.archived.v1'>> {
  const instances = await manifestLines(doors, study.study_key);
  for (let version = study.version + 1; ; version += 1) {
    const written = await writeVersion(doors, study, { version, instances });
    if (written) return studyArchived(study, version, { ...written, counts: countsOf(instances) });
  }
}

/** Undefined where the version is taken. */
async function writeVersion(
  doors: ArchivalDoors,
  study: StudyRow,
  { version, instances }: Pick<Manifest, 'version' | 'instances'>,
): Promise<{ manifest: ObjectRef; release: ObjectRef } | undefined> {
  const { tenant, study_key: studyKey } = study;
  const name = objectNames.manifest(tenant, studyKey, version);
  if (await doors.store.head(name)) return undefined;
  const body: Manifest = { schema: 'study.manifest.v1', tenant, studyKey, version, instances };
  const sealed = await seal(doors, study, { name, contentKey: 'manifest', body });
  const notes = instances.flatMap((line) => line.objects).flatMap(({ note }) => note ?? []);
  const digest = createHash('sha256').update(sealed).digest('hex');
  const signed = await signRoot(doors.keys, notes, { digest, version });
  const { ref: manifest, created } = await doors.store.put(name, sealed);
  if (!created) return undefined;
  const releaseName = objectNames.release(tenant, studyKey, version);
  const release = await seal(doors, study, { name: releaseName, contentKey: 'release', body: signed });
  return { manifest, release: (await doors.store.put(releaseName, release)).ref };
}

async function seal(
  { keys }: ArchivalDoors,
  study: StudyRow,
  { name, contentKey, body }: { name: string; contentKey: string; body: object },
): Promise<Buffer> {
  const sealer = await keys.subject(study.tenant, study.subject_key).archiveMore(name, contentKey);
  return Buffer.concat(await Array.fromAsync(sealer.seal(once(Buffer.from(JSON.stringify(body))))));
}

function studyArchived(
  study: StudyRow,
  version: number,
  rest: Pick<EventData<'study.archived.v1'>, 'manifest' | 'release' | 'counts'>,
): NextEvent<'study.archived.v1'> {
  const data = {
    tenant: study.tenant,
    subjectKey: study.subject_key,
    studyKey: study.study_key,
    version,
    ...rest,
  };
  return eventOf('study.archived.v1', { id: `study-${study.study_key}-${version}`, data });
}

/** Notes the manifest on its study; `as of` the moment that its lines were read. Call it after the event is published. */
export async function noteManifest(
  doors: ArchivalDoors,
  event: NextEvent<'study.archived.v1'>,
  asOf: number,
): Promise<void> {
  const { studyKey, version, manifest } = event.data;
  await doors.tables
    .updateTable('archival_studies')
    .set({
      version,
      manifest_at: asOf,
      manifest_name: manifest.name,
      manifest_digest: manifest.digest,
      manifest_size_bytes: manifest.sizeBytes,
    })
    .where('study_key', '=', studyKey)
    .where('version', '<', version)
    .execute();
}

/** Notes that a study has no manifest to wait for, as of the moment that `study` was read: what comes later makes it due again. */
export async function passOver(doors: Pick<ArchivalDoors, 'tables'>, study: StudyRow): Promise<void> {
  await doors.tables
    .updateTable('archival_studies')
    .set({ manifest_at: study.changed_at })
    .where('study_key', '=', study.study_key)
    .where('manifest_at', '<', study.changed_at)
    .execute();
}

async function manifestLines(doors: ArchivalDoors, studyKey: string): Promise<ManifestLine[]> {
  const objects = await doors.tables
    .selectFrom('archival_objects')
    .selectAll()
    .where('study_key', '=', studyKey)
    .where('kind', '!=', 'wayback')
    .orderBy('name')
    .execute();
  const outcomes = await doors.tables
    .selectFrom('archival_outcomes')
    .selectAll()
    .where('study_key', '=', studyKey)
    .orderBy('at')
    .execute();
  const verdicts = new Map(outcomes.map((row) => [`${row.instance_key}/${row.content_key}`, row]));
  const notes = new Map(outcomes.map((row) => [row.staged_clean ?? '', row.note]));
  const contents = Map.groupBy(objects, (object) => `${object.instance_key}/${object.content_key}`);
  return [...contents].map(([content, rows]) => {
    const { instance_key: instanceKey, series_key: seriesKey, content_key: contentKey } = rows[0]!;
    const outcome = verdicts.get(content);
    return {
      instanceKey,
      seriesKey,
      contentKey,
      objects: rows.map((row) => objectOf(row, notes.get(row.staged_name))),
      verdict: outcome?.verdict ?? 'pending',
      ...(outcome?.code && { code: outcome.code }),
    };
  });
}

function objectOf(row: ObjectRow, note: string | null | undefined): ManifestObject {
  const { kind, name, digest, size_bytes: sizeBytes, plain_digest: plainDigest } = row;
  return {
    ...{ kind, name, digest, sizeBytes },
    ...(plainDigest && { plainDigest }),
    ...(note && kind === 'clean' && { note: noteOf(note, plainDigest) }),
  };
}

/** Nothing is signed that says something else of an object than what was read back. */
function noteOf(text: string, plainDigest: string | null): ReleaseNote {
  const note = ReleaseNoteV1.parse(JSON.parse(text));
  if (note.after.sha256 === plainDigest) return note;
  throw new SluiceError('ARCHIVAL_NOTE_INVALID', { detail: 'it describes other bytes' });
}

function countsOf(lines: readonly ManifestLine[]): EventData<'study.archived.v1'>['counts'] {
  const count = (verdict: string) => lines.filter((line) => line.verdict === verdict).length;
  return { instances: lines.length, clean: count('clean'), quarantined: count('quarantined') };
}

async function* once(body: Buffer): AsyncGenerator<Buffer> {
  yield body;
}
