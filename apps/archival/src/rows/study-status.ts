import type { Kysely } from '@sluice/database';
import type { ArchivalTables, OutcomeRow } from './tables.js';

/** One study as archival knows it: counts of instance contents, and what became of them. */
export interface StudyStatus {
  readonly tenant: string;
  readonly studyKey: string;
  readonly instances: number;
  readonly archivedRaw: number;
  readonly archivedClean: number;
  readonly quarantined: Readonly<Record<string, number>>;
  readonly unsettled: number;
  readonly removed: number;
  readonly replaced: number;
  readonly kept: number;
  readonly sealedBytes: number;
  /** Version, name and SHA-256 of the newest manifest; version 0: none yet. */
  readonly manifest: {
    readonly version: number;
    readonly name: string | null;
    readonly digest: string | null;
  };
  readonly firstAt: number;
  readonly changedAt: number;
}

/** The newest studies first, at most `limit`. */
export async function listStudies(tables: Kysely<ArchivalTables>, limit = 1000): Promise<StudyStatus[]> {
  const studies = await tables
    .selectFrom('archival_studies')
    .selectAll()
    .orderBy('first_at', 'desc')
    .limit(limit)
    .execute();
  return Promise.all(studies.map((study) => statusOf(tables, study.study_key)));
}

/** @throws Error when the study is not known */
export async function statusOf(tables: Kysely<ArchivalTables>, studyKey: string): Promise<StudyStatus> {
  const study = await tables
    .selectFrom('archival_studies')
    .selectAll()
    .where('study_key', '=', studyKey)
    .executeTakeFirstOrThrow();
  const received = await tables
    .selectFrom('archival_received')
    .selectAll()
    .where('study_key', '=', studyKey)
    .execute();
  const objects = await tables
    .selectFrom('archival_objects')
    .selectAll()
    .where('study_key', '=', studyKey)
    .execute();
  const outcomes = await tables
    .selectFrom('archival_outcomes')
    .selectAll()
    .where('study_key', '=', studyKey)
    .execute();
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const held = newestOf(outcomes).filter((row) => row.verdict === 'quarantined');
  return {
    tenant: study.tenant,
    studyKey,
    instances: new Set(received.map((row) => `${row.instance_key}/${row.content_key}`)).size,
    archivedRaw: objects.filter((row) => row.kind === 'raw').length,
    archivedClean: objects.filter((row) => row.kind === 'clean').length,
    quarantined: countBy(held.map((row) => row.code ?? 'UNEXPECTED')),
    unsettled: received.filter((row) => row.settled_at === null).length,
    removed: sum(outcomes.map((row) => row.removed)),
    replaced: sum(outcomes.map((row) => row.replaced)),
    kept: sum(outcomes.map((row) => row.kept)),
    sealedBytes: sum(objects.map((row) => row.size_bytes)),
    manifest: { version: study.version, name: study.manifest_name, digest: study.manifest_digest },
    firstAt: study.first_at,
    changedAt: study.changed_at,
  };
}

/** Of each content the newest verdict: a person's release, or another profile, takes the place of what was said before. */
function newestOf(outcomes: readonly OutcomeRow[]): OutcomeRow[] {
  const newest = new Map<string, OutcomeRow>();
  for (const row of outcomes) {
    const content = `${row.instance_key}/${row.content_key}`;
    if ((newest.get(content)?.at ?? -1) < row.at) newest.set(content, row);
  }
  return [...newest.values()];
}

function countBy(codes: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(codes, (code) => code)].map(([code, rows]) => [code, rows.length]),
  );
}
