import type { Kysely } from '@sluice/database';
import type { ArchivalTables, DecisionRow, OutcomeRow } from './tables.js';

/** A quarantined content of an instance as archival knows it, with what a person decided, if one has. Nothing of it is identifying. */
export interface Quarantined {
  readonly held: OutcomeRow;
  readonly decision: DecisionRow | undefined;
}

/** Rows read at a time. */
const MOST = 10_000;

/** Which of them. */
export interface QuarantinedFilter {
  readonly undecided?: boolean;
  readonly content?: string;
  /** No more than so many rows. */
  readonly most?: number;
}

/**
 * What is held: contents whose newest verdict is a quarantine. Newest first. `undecided`: without those that a person rejected, or has
 * released and that are on their way; `content`: the beginning of one content key.
 */
export async function listQuarantined(
  tables: Kysely<ArchivalTables>,
  { undecided = false, content = '', most = MOST }: QuarantinedFilter = {},
): Promise<Quarantined[]> {
  // Asked for in the query: the newest rows may all be decided, and an older one waits.
  const query = (undecided ? undecidedHeld(tables) : newestHeld(tables))
    .selectAll()
    .where('content_key', 'like', `${content}%`)
    .orderBy('at', 'desc')
    .limit(most);
  const decisions = undecided ? new Map<string, DecisionRow>() : await decisionsOn(tables, content);
  return (await query.execute()).map((row) => ({ held: row, decision: decisions.get(keyOf(row)) }));
}

/** How many wait for a person, by code. */
export function countUndecided(
  tables: Kysely<ArchivalTables>,
): Promise<{ code: string | null; count: number }[]> {
  return undecidedHeld(tables)
    .select((row) => ['code', row.fn.countAll<number>().as('count')])
    .groupBy('code')
    .execute();
}

function undecidedHeld(tables: Kysely<ArchivalTables>) {
  return newestHeld(tables).where(({ not, exists, selectFrom }) =>
    not(
      exists(
        selectFrom('archival_decisions as decided')
          .select('decided.decision')
          .whereRef('decided.instance_key', '=', 'held.instance_key')
          .whereRef('decided.content_key', '=', 'held.content_key')
          .whereRef('decided.outcome', '=', 'held.outcome'),
      ),
    ),
  );
}

function newestHeld(tables: Kysely<ArchivalTables>) {
  return tables
    .selectFrom('archival_outcomes as held')
    .where('verdict', '=', 'quarantined')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('archival_outcomes as newer')
            .select('newer.outcome')
            .whereRef('newer.instance_key', '=', 'held.instance_key')
            .whereRef('newer.content_key', '=', 'held.content_key')
            .whereRef('newer.at', '>', 'held.at'),
        ),
      ),
    );
}

async function decisionsOn(
  tables: Kysely<ArchivalTables>,
  content: string,
): Promise<ReadonlyMap<string, DecisionRow>> {
  const rows = await tables
    .selectFrom('archival_decisions')
    .selectAll()
    .where('content_key', 'like', `${content}%`)
    .execute();
  return new Map(rows.map((row) => [keyOf(row), row]));
}

function keyOf(row: Pick<OutcomeRow, 'instance_key' | 'content_key' | 'outcome'>): string {
  return [row.instance_key, row.content_key, row.outcome].join(' ');
}
