import { setTimeout as sleep } from 'node:timers/promises';
import type { ArchivalTables } from '@sluice/archival/rows/tables';
import type { Kysely } from '@sluice/database';
import type { Output } from '../output.js';

/** Contents by `instanceKey/contentKey`: archived raw, and what scrubbing said. */
export interface Archived {
  readonly raw: ReadonlySet<string>;
  readonly clean: ReadonlySet<string>;
  /** `clean`, or the code of the quarantine. */
  readonly verdicts: ReadonlyMap<string, string>;
}

const STALLED_MS = 300_000;

/** Waits until every accepted content is archived raw and settled and its study has a manifest; gives up when nothing moves for a minute. */
export async function awaitArchived(
  index: Kysely<ArchivalTables>,
  accepted: ReadonlySet<string>,
  output: Output,
): Promise<Archived> {
  let last = { settled: -1, at: Date.now() };
  for (;;) {
    const archived = await readArchived(index);
    const settled = [...accepted].filter((content) => isSettled(archived, content)).length;
    if (settled !== last.settled) last = { settled, at: Date.now() };
    output.progress('archived', settled, accepted.size);
    if (settled === accepted.size && (await manifestsWritten(index))) return archived;
    if (Date.now() - last.at > STALLED_MS) return archived;
    await sleep(250);
  }
}

export function isSettled({ raw, clean, verdicts }: Archived, content: string): boolean {
  const verdict = verdicts.get(content);
  return raw.has(content) && verdict !== undefined && (verdict !== 'clean' || clean.has(content));
}

async function readArchived(index: Kysely<ArchivalTables>): Promise<Archived> {
  const objects = await index
    .selectFrom('archival_objects')
    .select(['kind', 'instance_key', 'content_key'])
    .execute();
  const outcomes = await index
    .selectFrom('archival_outcomes')
    .select(['instance_key', 'content_key', 'verdict', 'code'])
    .execute();
  const contents = (kind: string) =>
    new Set(
      objects.filter((row) => row.kind === kind).map((row) => `${row.instance_key}/${row.content_key}`),
    );
  const verdicts = outcomes.map(
    (row) => [`${row.instance_key}/${row.content_key}`, row.code ?? row.verdict] as const,
  );
  return { raw: contents('raw'), clean: contents('clean'), verdicts: new Map(verdicts) };
}

async function manifestsWritten(index: Kysely<ArchivalTables>): Promise<boolean> {
  const waiting = await index
    .selectFrom('archival_studies')
    .select('study_key')
    .whereRef('changed_at', '>', 'manifest_at')
    .execute();
  return waiting.length === 0;
}
