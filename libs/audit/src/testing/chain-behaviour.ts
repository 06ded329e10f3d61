import { runScript } from '@sluice/contracts/testing';
import { type Database, type Kysely, openDatabase, sql } from '@sluice/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Audit } from '../audit.js';
import { hashOf } from '../chain.js';
import { openAudit } from '../open-audit.js';
import type { AuditTables } from '../tables.js';
import { type AuditPlace, sampleEntry } from './audit-place.js';

const WRITER = new URL('./writer.ts', import.meta.url);
const TRIGGERS = ['audit_records_fixed', 'audit_records_kept', 'audit_head_kept'];

/** The chain holds under concurrent writers, refuses changes, and shows where it was changed all the same. */
export function chainBehaviour(fresh: () => Promise<AuditPlace>): void {
  describe('chain', () => {
    let place: AuditPlace;
    let database: Database;
    let audit: Audit;
    const tables = (): Kysely<AuditTables> => database.tables<AuditTables>();

    beforeAll(async () => {
      place = await fresh();
      database = await openDatabase(place.url);
      audit = await openAudit(database);
    });
    afterAll(async () => {
      await database.close();
      await place.remove();
    });

    it('stays whole under 200 records at the same time, from two openers here and another process', async () => {
      const second = await openAudit(database);
      const script = runScript(WRITER, [place.url, 'elsewhere', '80']);
      const here = Array.from({ length: 120 }, (_, at) =>
        (at % 2 ? audit : second).record(sampleEntry({ id: `here-${at}-record` })),
      );
      await Promise.all(here);
      expect(await script.exit).toBe(0);
      expect(await audit.verify()).toEqual({ intact: true, rows: 200 });
      expect(new Set((await audit.list({ limit: 1000 })).map(({ id }) => id)).size).toBe(200);
    });

    it('says the same of more rows than a page', async () => {
      const many = Array.from({ length: 2_000 }, () => audit.record(sampleEntry()));
      await Promise.all(many);
      expect(await audit.verify()).toEqual({ intact: true, rows: 2_200 });
    });

    it('refuses to change or remove a row', async () => {
      const row = tables().updateTable('audit_records').set({ record: '{}' }).where('seq', '=', 7);
      await expect(row.execute()).rejects.toThrow();
      await expect(tables().deleteFrom('audit_records').where('seq', '=', 7).execute()).rejects.toThrow();
      await expect(tables().deleteFrom('audit_head').execute()).rejects.toThrow();
      if (database.dialect === 'postgres')
        await expect(sql`truncate audit_records`.execute(tables())).rejects.toThrow();
      expect(await audit.verify()).toMatchObject({ intact: true });
    });

    describe('changed with its triggers dropped', () => {
      beforeAll(async () => {
        for (const trigger of TRIGGERS) {
          const table = trigger.startsWith('audit_head') ? 'audit_head' : 'audit_records';
          if (database.dialect === 'sqlite') await sql.raw(`drop trigger ${trigger}`).execute(tables());
          else await sql.raw(`alter table ${table} disable trigger user`).execute(tables());
        }
      });
      const rowAt = (seq: number) =>
        tables().selectFrom('audit_records').selectAll().where('seq', '=', seq).executeTakeFirstOrThrow();
      const change = (seq: number, to: Partial<AuditTables['audit_records']>) =>
        tables().updateTable('audit_records').set(to).where('seq', '=', seq).execute();

      it.each([
        ['a record', 42, async () => ({ record: (await rowAt(42)).record.replace('reader-7', 'reader-8') })],
        ['a time that lists go by', 77, async () => ({ at: '2020-01-01T00:00:00.000Z' })],
        ['an id', 78, async () => ({ id: 'another-id' })],
        ['a hash', 1, async () => ({ hash: '1'.repeat(64) })],
        ['a previous hash', 1_500, async () => ({ previous: '1'.repeat(64) })],
      ])('shows %s at its row', async (_what, seq, changed) => {
        const before = await rowAt(seq);
        await change(seq, await changed());
        expect(await audit.verify()).toEqual({ intact: false, rows: seq - 1, brokenAt: seq });
        await change(seq, before);
        expect(await audit.verify()).toMatchObject({ intact: true });
      });

      it('shows a record that was changed together with its hash at the next row', async () => {
        const before = await rowAt(500);
        const record = before.record.replace('success', 'refused');
        await change(500, { record, hash: hashOf(before.previous, record) });
        expect(await audit.verify()).toEqual({ intact: false, rows: 500, brokenAt: 501 });
        await change(500, before);
      });

      it('shows a row that was removed, in the middle and at the end', async () => {
        for (const seq of [1_200, 2_200]) {
          const before = await rowAt(seq);
          await tables().deleteFrom('audit_records').where('seq', '=', seq).execute();
          expect(await audit.verify()).toEqual({ intact: false, rows: seq - 1, brokenAt: seq });
          await tables().insertInto('audit_records').values(before).execute();
        }
        expect(await audit.verify()).toEqual({ intact: true, rows: 2_200 });
      });

      it('shows a lost head', async () => {
        await tables().deleteFrom('audit_head').execute();
        expect(await audit.verify()).toEqual({ intact: false, rows: 0, brokenAt: 0 });
        await expect(audit.record(sampleEntry())).rejects.toThrow('no result');
      });
    });
  });
}
