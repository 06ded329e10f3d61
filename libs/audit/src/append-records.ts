import { type AuditRecord, canonicalJson } from '@sluice/contracts';
import type { Database, Transaction } from '@sluice/database';
import { hashOf } from './chain.js';
import { type AuditTables, HEAD } from './tables.js';

/** Appends records that are not there yet, in one transaction that no other one of the same chain can enter. */
export async function appendRecords(database: Database, records: readonly AuditRecord[]): Promise<void> {
  await database
    .tables<AuditTables>()
    .transaction()
    .execute(async (inside) => {
      const head = await lockHead(inside, database.dialect);
      const rows = chainRows(head, await unknownOf(inside, records));
      const last = rows.at(-1);
      if (!last) return;
      await inside.insertInto('audit_records').values(rows).execute();
      await inside
        .updateTable('audit_head')
        .set({ seq: last.seq, hash: last.hash })
        .where('name', '=', HEAD)
        .execute();
    });
}

type Head = Pick<AuditTables['audit_head'], 'seq' | 'hash'>;

/** On SQLite the transaction itself excludes other writers. */
async function lockHead(inside: Transaction<AuditTables>, dialect: Database['dialect']): Promise<Head> {
  const query = inside.selectFrom('audit_head').select(['seq', 'hash']).where('name', '=', HEAD);
  return (dialect === 'postgres' ? query.forUpdate() : query).executeTakeFirstOrThrow();
}

async function unknownOf(
  inside: Transaction<AuditTables>,
  records: readonly AuditRecord[],
): Promise<AuditRecord[]> {
  const byId = new Map<string, AuditRecord>();
  for (const record of records) if (!byId.has(record.id)) byId.set(record.id, record);
  const known = await inside
    .selectFrom('audit_records')
    .select('id')
    .where('id', 'in', [...byId.keys()])
    .execute();
  for (const { id } of known) byId.delete(id);
  return [...byId.values()];
}

function chainRows(head: Head, records: readonly AuditRecord[]): AuditTables['audit_records'][] {
  let { seq, hash } = head;
  return records.map((entry) => {
    const previous = hash;
    const record = canonicalJson(entry);
    seq += 1;
    hash = hashOf(previous, record);
    return { seq, id: entry.id, at: entry.at, action: entry.action, record, previous, hash };
  });
}
