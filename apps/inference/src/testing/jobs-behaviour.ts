import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJobs } from '../jobs/jobs.js';
import { storedAnswers } from '../jobs/stored-answers.js';
import { answerOf, delivery, type InferenceRoom, scrubbedOf } from './inference-room.js';

/** What leased jobs must do on either database. */
export function jobsBehaviour(name: string, fresh: () => Promise<InferenceRoom>): void {
  describe(name, () => {
    let room: InferenceRoom;
    beforeEach(async () => {
      room = await fresh();
    });
    afterEach(() => room.remove());

    const crew = (owner: string, leaseMs = 600_000) => openJobs(room.database, { owner, leaseMs });
    const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

    async function queue(count: number, urgent = 0): Promise<void> {
      const rows = upTo(count).map((n) => ({
        object_id: `${urgent ? 'urgent' : 'routine'}-${String(n).padStart(4, '0')}`,
        series_key: 's',
        urgent,
        queued_at: n,
        owner: null,
        said_at: null,
        copy: JSON.stringify(scrubbedOf(delivery(n))),
      }));
      await room.tables.insertInto('inference_jobs').values(rows).execute();
    }

    it('are claimed by one owner each, the oldest first', async () => {
      await queue(10);
      const claimed = await Promise.all(['a', 'b', 'c'].map((owner) => crew(owner).claim(4)));
      const ids = claimed.flat().map((job) => job.objectId);
      expect(new Set(ids).size).toBe(10);
      expect(ids).toHaveLength(10);
      expect(await crew('d').claim(4)).toEqual([]);
    });

    it('that are urgent go before 1,000 routine ones', async () => {
      await queue(1_000);
      const jobs = crew('a');
      expect((await jobs.claim(2)).map((job) => job.objectId)).toEqual(['routine-0001', 'routine-0002']);
      await queue(1, 1);
      expect(await jobs.waiting()).toEqual({ urgent: 1, routine: 1_000 });
      const [next] = await jobs.claim(1);
      expect(next).toMatchObject({ objectId: 'urgent-0001', urgent: true });
      expect(await jobs.claim(5, { urgentOnly: true })).toEqual([]);
    });

    it('are taken over from an owner whose lease ran out, and count a death', async () => {
      await queue(1);
      const [lost] = await crew('dead', -1).claim(1);
      expect(lost?.deaths).toBe(0);
      const [taken] = await crew('heir').claim(1);
      expect(taken).toMatchObject({ objectId: lost?.objectId, deaths: 1 });
      expect(await crew('third').claim(1)).toEqual([]);
    });

    it('that an owner claims again himself count no death: he was cut off, no more', async () => {
      await queue(1);
      await crew('slow', -1).claim(1);
      expect(await crew('slow').claim(1)).toMatchObject([{ deaths: 0 }]);
    });

    it('stay with an owner that makes its lease longer', async () => {
      await queue(2);
      const slow = crew('slow', -1);
      const held = (await slow.claim(1)).map((job) => job.objectId);
      expect(await crew('slow').renew(held)).toEqual(new Set(held));
      expect((await crew('other').claim(5)).map((job) => job.objectId)).not.toContain(held[0]);
      expect(await crew('other').renew(held)).toEqual(new Set());
    });

    it('are finished once: who lost his lease stores nothing', async () => {
      await queue(1);
      const [job] = await crew('dead', -1).claim(1);
      await crew('heir').claim(1);
      const id = job?.objectId ?? '';
      expect(await crew('dead').finish(id, [answerOf({ reason: 'late' })])).toBe(false);
      expect(await crew('heir').finish(id, [answerOf()])).toBe(true);
      expect(await crew('heir').finish(id, [answerOf({ reason: 'twice' })])).toBe(false);
      expect((await storedAnswers(room.tables, [id])).get(id)).toEqual([answerOf()]);
      expect(await crew('d').claim(1)).toEqual([]);
    });

    it('of a study hurry as soon as one of it is answered as urgent, and those of others do not', async () => {
      await queue(4);
      const series = [
        { series_key: 's', study_key: 'study' },
        { series_key: 'second', study_key: 'study' },
        { series_key: 'other', study_key: 'other' },
      ].map((row) => ({ ...row, tenant: 't1', subject_key: 'x', changed_at: 1 }));
      await room.tables.insertInto('inference_series').values(series).execute();
      for (const [at, name] of ['second', 'other'].entries())
        await room.tables
          .updateTable('inference_jobs')
          .set({ series_key: name })
          .where('object_id', '=', `routine-000${at + 3}`)
          .execute();
      const jobs = crew('a');
      const [first] = await jobs.claim(1);
      await jobs.finish(first!.objectId, [answerOf({ verdict: 'answered', triage: 'soon' })]);
      expect(await jobs.waiting()).toEqual({ urgent: 0, routine: 3 });
      const [second] = await jobs.claim(1);
      await jobs.finish(second!.objectId, [answerOf({ verdict: 'answered', triage: 'urgent' })]);
      expect(await jobs.waiting()).toEqual({ urgent: 1, routine: 1 });
      expect(await jobs.claim(1)).toMatchObject([{ objectId: 'routine-0003', urgent: true }]);
    });

    it('that are put back wait their time, and tell how often', async () => {
      await queue(1);
      const jobs = crew('a');
      const [job] = await jobs.claim(1);
      await jobs.putBack(job?.objectId ?? '', { afterMs: 600_000 });
      expect(await jobs.claim(1)).toEqual([]);
      await room.tables.updateTable('inference_jobs').set({ not_before: 0 }).execute();
      const [again] = await jobs.claim(1);
      expect(again).toMatchObject({ tries: 1, deaths: 0 });
      await jobs.putBack(job?.objectId ?? '', { afterMs: 0, died: true });
      expect((await jobs.claim(1))[0]).toMatchObject({ tries: 2, deaths: 1 });
    });
  });
}
