import type { Database } from '@sluice/database';
import type { Audit } from './audit.js';
import { GENESIS, hashOf } from './chain.js';
import { type AuditTables, HEAD } from './tables.js';

/** Rows held at a time. */
const PAGE_ROWS = 1_000;

type Row = AuditTables['audit_records'];
type Verdict = Awaited<ReturnType<Audit['verify']>>;

/**
 * Walks the chain from its first row to the head as it was at the start. `rows` counts the rows that fit; `brokenAt` is the number
 * of the first that does not, or is missing.
 */
export async function verifyChain(database: Database): Promise<Verdict> {
  const tables = database.tables<AuditTables>();
  const head = await tables
    .selectFrom('audit_head')
    .select(['seq', 'hash'])
    .where('name', '=', HEAD)
    .executeTakeFirst();
  if (!head) return { intact: false, rows: 0, brokenAt: 0 };
  let last = { seq: 0, hash: GENESIS };
  while (last.seq < head.seq) {
    const page = await readPage(database, last.seq, head.seq);
    for (const row of page) {
      if (!fits(row, last)) return { intact: false, rows: last.seq, brokenAt: last.seq + 1 };
      last = row;
    }
    if (page.length === 0) return { intact: false, rows: last.seq, brokenAt: last.seq + 1 };
  }
  if (last.hash !== head.hash) return { intact: false, rows: last.seq, brokenAt: last.seq };
  return { intact: true, rows: last.seq };
}

function readPage(database: Database, after: number, upTo: number): Promise<Row[]> {
  const query = database.tables<AuditTables>().selectFrom('audit_records').selectAll();
  return query.where('seq', '>', after).where('seq', '<=', upTo).orderBy('seq').limit(PAGE_ROWS).execute();
}

function fits(row: Row, before: { seq: number; hash: string }): boolean {
  const isNext = row.seq === before.seq + 1 && row.previous === before.hash;
  return isNext && row.hash === hashOf(row.previous, row.record) && repeatsRecord(row);
}

function repeatsRecord(row: Row): boolean {
  const record = parse(row.record);
  return row.id === record?.id && row.at === record.at && row.action === record.action;
}

function parse(record: string): Pick<Row, 'id' | 'at' | 'action'> | undefined {
  try {
    return JSON.parse(record) as Row;
  } catch {
    return undefined;
  }
}
