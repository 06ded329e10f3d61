import { createHash, randomBytes } from 'node:crypto';
import { AuditRecordV1, SluiceError, type AuditRecord } from '@sluice/contracts';
import { createBatcher, sql, type Database, type Transaction } from '@sluice/database';
import type { Audit } from './audit.js';
import { auditMigrations, GENESIS, type AuditTables } from './tables.js';

const PAGE = 500;

/** Opens the audit trail in a database. @throws SluiceError DATABASE_UNAVAILABLE */
export async function openAudit(database: Database): Promise<Audit> {
  await database.migrate('audit', auditMigrations(database.dialect));
  const tables = database.tables<AuditTables>();
  const batcher = createBatcher<AuditRecord, void>({
    maxRows: 200,
    maxWaitMs: 2,
    write: async (records) => {
      await tables.transaction().execute((transaction) => append(transaction, records, database.dialect));
      return records.map(() => undefined);
    },
  });
  return {
    async record(entry) {
      try {
        await batcher.add(completed(entry));
      } catch (cause) {
        throw new SluiceError('AUDIT_NOT_RECORDED', { cause });
      }
    },
    verify: () => verify(database),
    async list({ since, action, limit = 1000 } = {}) {
      let query = tables.selectFrom('audit_records').select('record').orderBy('seq', 'desc').limit(limit);
      if (since) query = query.where('at', '>=', since);
      if (action) query = query.where('action', '=', action);
      return (await query.execute()).map((row) => JSON.parse(row.record) as AuditRecord);
    },
  };
}

function completed(entry: Parameters<Audit['record']>[0]): AuditRecord {
  return AuditRecordV1.parse({ id: randomBytes(16).toString('hex'), at: new Date().toISOString(), ...entry });
}

/** Adds links to the chain, one writer at a time; what is there already is left out. */
async function append(transaction: Transaction<AuditTables>, records: readonly AuditRecord[], dialect: string): Promise<void> {
  const lock = dialect === 'postgres' ? sql`for update` : sql``;
  const { rows } = await sql<{ seq: number; hash: string }>`select seq, hash from audit_head where name = 'chain' ${lock}`.execute(transaction);
  let { seq, hash } = rows[0]!;
  const ids = records.map((record) => record.id);
  const known = await transaction.selectFrom('audit_records').select('id').where('id', 'in', ids).execute();
  const seen = new Set(known.map((row) => row.id));
  const links = [];
  for (const record of records) {
    if (seen.has(record.id)) continue;
    seen.add(record.id);
    const text = JSON.stringify(record);
    const previous = hash;
    hash = linkHash(previous, text);
    seq += 1;
    links.push({ seq, id: record.id, at: record.at, action: record.action, record: text, previous_hash: previous, hash });
  }
  if (links.length === 0) return;
  await transaction.insertInto('audit_records').values(links).execute();
  await transaction.updateTable('audit_head').set({ seq, hash }).where('name', '=', 'chain').execute();
}

async function verify(database: Database): Promise<{ intact: boolean; rows: number; brokenAt?: number }> {
  const tables = database.tables<AuditTables>();
  let hash = GENESIS;
  let seq = 0;
  for (;;) {
    const page = await tables.selectFrom('audit_records').selectAll().where('seq', '>', seq).orderBy('seq').limit(PAGE).execute();
    for (const row of page) {
      if (row.seq !== seq + 1 || row.previous_hash !== hash || row.hash !== linkHash(hash, row.record)) {
        return { intact: false, rows: seq, brokenAt: seq + 1 };
      }
      ({ seq, hash } = row);
    }
    if (page.length < PAGE) break;
  }
  const head = await tables.selectFrom('audit_head').selectAll().where('name', '=', 'chain').executeTakeFirstOrThrow();
  return head.hash === hash ? { intact: true, rows: seq } : { intact: false, rows: seq, brokenAt: seq + 1 };
}

function linkHash(previous: string, record: string): string {
  return createHash('sha256').update(previous).update('\n').update(record).digest('hex');
}
