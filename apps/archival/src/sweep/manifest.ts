import { objectNames, type EventData, type ObjectRef } from '@sluice/contracts';
import { eventOf, type NextEvent } from '@sluice/service';
import type { ArchivalDoors } from '../doors.js';
import type { StudyRow } from '../rows/tables.js';

/** One line of a study manifest: an instance content, its archived objects, and what scrubbing said. */
interface ManifestLine {
  readonly instanceKey: string;
  readonly seriesKey: string;
  readonly contentKey: string;
  readonly objects: readonly (ObjectRef & { kind: string; plainDigest?: string })[];
  readonly verdict: string;
  readonly code?: string;
}

/**
 * Writes the next version of a study's manifest, sealed under the subject's secret, and returns `study.archived`. A version that
 * is already there is a crashed run's, and may lack what came since: the next number is taken.
 */
export async function writeManifest(
  doors: ArchivalDoors,
  study: StudyRow,
): Promise<NextEvent<'study.archived.v1'>> {
  const instances = await manifestLines(doors, study.study_key);
  for (let version = study.version + 1; ; version += 1) {
    const name = objectNames.manifest(study.tenant, study.study_key, version);
    const sealer = await doors.keys.subject(study.tenant, study.subject_key).archive(name, 'manifest');
    const body = {
      schema: 'study.manifest.v1',
      tenant: study.tenant,
      studyKey: study.study_key,
      version,
      instances,
    };
    const { ref, created } = await doors.store.put(
      name,
      sealer.seal(once(Buffer.from(JSON.stringify(body)))),
    );
    if (created) return studyArchived(study, version, { manifest: ref, counts: countsOf(instances) });
  }
}

function studyArchived(
  study: StudyRow,
  version: number,
  rest: Pick<EventData<'study.archived.v1'>, 'manifest' | 'counts'>,
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
  const contents = Map.groupBy(objects, (object) => `${object.instance_key}/${object.content_key}`);
  return [...contents].map(([content, rows]) => {
    const { instance_key: instanceKey, series_key: seriesKey, content_key: contentKey } = rows[0]!;
    const outcome = verdicts.get(content);
    return {
      instanceKey,
      seriesKey,
      contentKey,
      objects: rows.map((row) => ({
        kind: row.kind,
        name: row.name,
        digest: row.digest,
        sizeBytes: row.size_bytes,
        ...(row.plain_digest && { plainDigest: row.plain_digest }),
      })),
      verdict: outcome?.verdict ?? 'pending',
      ...(outcome?.code && { code: outcome.code }),
    };
  });
}

function countsOf(lines: readonly ManifestLine[]): EventData<'study.archived.v1'>['counts'] {
  const count = (verdict: string) => lines.filter((line) => line.verdict === verdict).length;
  return { instances: lines.length, clean: count('clean'), quarantined: count('quarantined') };
}

async function* once(body: Buffer): AsyncGenerator<Buffer> {
  yield body;
}
