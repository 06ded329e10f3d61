import { SluiceError, toSluiceError } from '@sluice/contracts';
import { type Database, openDatabase, sql } from '@sluice/database';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Audit } from '../audit.js';
import { openAudit } from '../open-audit.js';
import { openForPerson } from '../open-for-person.js';
import { type AuditPlace, sampleEntry } from './audit-place.js';

/** Recording, listing, and openings that are recorded before they happen. */
export function recordBehaviour(fresh: () => Promise<AuditPlace>): void {
  describe('records', () => {
    let place: AuditPlace;
    let database: Database;
    let audit: Audit;
    beforeEach(async () => {
      place = await fresh();
      database = await openDatabase(place.url);
      audit = await openAudit(database);
    });
    afterEach(async () => {
      await database.close();
      await place.remove();
    });
    const opening = {
      tenant: 't1',
      actor: { kind: 'person', name: 'reader-7' },
      action: 'open',
      subject: { studyKey: 'a'.repeat(64) },
    } as const;

    it('gives back what was recorded, the newest first, by time and action', async () => {
      await audit.record(sampleEntry({ id: 'record-1', at: '2026-11-01T10:00:00Z' }));
      await audit.record(sampleEntry({ id: 'record-2', at: '2026-11-02T10:00:00.5Z', action: 'export' }));
      await audit.record(sampleEntry({ id: 'record-3', at: '2026-11-03T10:00:00.000Z' }));
      expect((await audit.list()).map(({ id }) => id)).toEqual(['record-3', 'record-2', 'record-1']);
      expect((await audit.list({ since: '2026-11-02T10:00:00.500Z' })).map(({ id }) => id)).toEqual([
        'record-3',
        'record-2',
      ]);
      expect((await audit.list({ action: 'open', limit: 1 })).map(({ id }) => id)).toEqual(['record-3']);
      expect((await audit.list({ action: 'export' }))[0]).toEqual(
        sampleEntry({ id: 'record-2', at: '2026-11-02T10:00:00.500Z', action: 'export' }),
      );
    });

    it('stores a record that arrives twice once, at the same time or later', async () => {
      const same = sampleEntry({ id: 'the-same-id' });
      await Promise.all([audit.record(same), audit.record(same), audit.record(sampleEntry())]);
      await (await openAudit(database)).record(same);
      expect((await audit.list()).filter(({ id }) => id === 'the-same-id')).toHaveLength(1);
      expect(await audit.verify()).toEqual({ intact: true, rows: 2 });
    });

    it('refuses a record that breaks the contract, naming the fields and no value', async () => {
      const wrong = audit.record(
        sampleEntry({ actor: { kind: 'person', name: 'x'.repeat(200) }, at: 'yesterday' }),
      );
      const refusal: unknown = await wrong.catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: 'AUDIT_RECORD_INVALID', kind: 'permanent' });
      expect((refusal as SluiceError).detail?.split(', ').sort()).toEqual(['actor', 'at']);
    });

    it('records an opening before it happens, and its failure after', async () => {
      const seen = await openForPerson(audit, opening, async () => (await audit.list())[0]);
      expect(seen).toMatchObject({ ...opening, outcome: 'success' });
      const failure = new SluiceError('STORE_OBJECT_MISSING');
      await expect(openForPerson(audit, opening, () => Promise.reject(failure))).rejects.toBe(failure);
      const [last, before] = await audit.list();
      expect(last).toMatchObject({ ...opening, outcome: 'failed', code: 'STORE_OBJECT_MISSING' });
      expect(before).toMatchObject({ ...opening, outcome: 'success' });
    });

    it('opens nothing when it cannot record', async () => {
      await audit.record(sampleEntry());
      await place.breakDown();
      let opened = false;
      const attempt = openForPerson(audit, opening, async () => {
        opened = true;
      });
      await expect(attempt).rejects.toMatchObject({ code: 'AUDIT_NOT_RECORDED', kind: 'transient' });
      await expect(audit.record(sampleEntry())).rejects.toMatchObject({ code: 'AUDIT_NOT_RECORDED' });
      expect(opened).toBe(false);
    });

    it('takes nothing but an ill database for one: a broken trail is not tried again for ever', async () => {
      await sql.raw('drop table audit_records').execute(database.tables());
      const refusal: unknown = await audit.record(sampleEntry()).catch((error: unknown) => error);
      expect(toSluiceError(refusal).kind).toBe('unexpected');
      await expect(openForPerson(audit, opening, async () => 'opened')).rejects.toBeDefined();
    });
  });
}
