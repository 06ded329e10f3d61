import { SluiceError } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  answerOf,
  delivery,
  type InferenceRoom,
  openInferenceRoom,
  scrubbedOf,
} from '../testing/inference-room.js';
import { type Crew, type CrewOptions, type JobWork, startCrew } from './crew.js';
import { openJobs } from './jobs.js';
import { storedAnswers } from './stored-answers.js';

let room: InferenceRoom;
let crew: Crew | undefined;
beforeEach(async () => {
  room = await openInferenceRoom();
});
afterEach(async () => {
  await crew?.stop();
  crew = undefined;
  await room.remove();
});

const silent = { warn: () => undefined, error: () => undefined };

async function queue(ids: readonly string[], more: object = {}): Promise<void> {
  const rows = ids.map((object_id, at) => ({
    object_id,
    series_key: 's',
    urgent: 0,
    queued_at: at,
    owner: null,
    said_at: null,
    copy: JSON.stringify(scrubbedOf(delivery(at + 1))),
    ...more,
  }));
  await room.tables.insertInto('inference_jobs').values(rows).execute();
}

function begin(work: JobWork, more: Partial<CrewOptions> = {}): void {
  crew = startCrew({
    jobs: openJobs(room.database, { owner: 'me', leaseMs: 600_000 }),
    work,
    failed: (_job, code) => [answerOf({ verdict: 'failed', code })],
    ...{ slots: 2, pollMs: 20, beatMs: 1_000, log: silent },
    ...more,
  });
}

const done = async () =>
  (
    await room.tables.selectFrom('inference_jobs').select('object_id').where('state', '=', 'done').execute()
  ).map((row) => row.object_id);
const verdictOf = async (id: string) => {
  const [stored] = (await storedAnswers(room.tables, [id])).get(id) ?? [];
  return stored?.answer.code ?? stored?.answer.verdict;
};
const ids = (count: number) => Array.from({ length: count }, (_, at) => `job-${String(at).padStart(4, '0')}`);

describe('a crew', () => {
  it('works on everything, so many at once and no more', async () => {
    await queue(ids(20));
    const seen = { now: 0, most: 0 };
    begin(async () => {
      seen.most = Math.max(seen.most, (seen.now += 1));
      await Promise.resolve();
      seen.now -= 1;
      return [answerOf()];
    });
    await vi.waitFor(async () => expect(await done()).toHaveLength(20), 10_000);
    expect(seen.most).toBeLessThanOrEqual(2);
  });

  it('starts an urgent one beside 1,000 routine ones of which none has ended', async () => {
    await queue(ids(1_000));
    const started: string[] = [];
    const hold = Promise.withResolvers<void>();
    begin(async ({ objectId }) => {
      started.push(objectId);
      if (!objectId.startsWith('urgent')) await hold.promise;
      return [answerOf()];
    });
    await vi.waitFor(() => expect(started).toHaveLength(2), 10_000);
    await queue(['urgent-1'], { urgent: 1 });
    await vi.waitFor(async () => expect(await done()).toEqual(['urgent-1']), 10_000);
    expect(started).toHaveLength(3);
    await room.tables.updateTable('inference_jobs').set({ state: 'done' }).execute();
    hold.resolve();
  });

  it('waits for what is ill, and answers then', async () => {
    await queue(ids(1));
    const troubles = ['INFERENCE_SERVER_SLOW', 'STORE_UNAVAILABLE'] as const;
    let tries = 0;
    begin(async () => {
      const trouble = troubles[tries++];
      if (trouble) throw new SluiceError(trouble);
      return [answerOf()];
    });
    await vi.waitFor(async () => expect(await done()).toHaveLength(1), 10_000);
    expect([tries, await verdictOf('job-0000')]).toEqual([3, 'unfit']);
  });

  it.each([
    ['STORE_OBJECT_MISSING', new SluiceError('STORE_OBJECT_MISSING'), 1],
    ['UNEXPECTED', new TypeError('a bug'), 3],
    ['INFERENCE_JOB_KILLS', new SluiceError('INFERENCE_RUNNER_DIED'), 3],
    ['INFERENCE_JOB_KILLS', new SluiceError('INFERENCE_RUNNER_TOO_LARGE'), 3],
  ])('sets an object aside as %s, after so many tries', async (code, trouble, expected) => {
    await queue(ids(1));
    const alone: boolean[] = [];
    begin(async (_job, options) => {
      alone.push(options.alone);
      throw trouble;
    });
    await vi.waitFor(async () => expect(await done()).toHaveLength(1), 10_000);
    expect(await verdictOf('job-0000')).toBe(code);
    expect(alone).toHaveLength(expected);
    if (code === 'INFERENCE_JOB_KILLS') expect(alone).toEqual([false, true, true]);
  });

  it('loses no object that is claimed again before the hand that put it back is free', async () => {
    await queue(ids(1));
    const jobs = openJobs(room.database, { owner: 'me', leaseMs: 600_000 });
    const again = Promise.withResolvers<void>();
    let [claims, tries] = [0, 0];
    const claim: typeof jobs.claim = async (...asked) => {
      const claimed = await jobs.claim(...asked);
      if (claimed.length > 0 && (claims += 1) === 2) again.resolve();
      return claimed;
    };
    const putBack: typeof jobs.putBack = async (...put) => {
      await jobs.putBack(...put);
      await again.promise;
    };
    const work: JobWork = async () => {
      if ((tries += 1) === 1) throw new SluiceError('INFERENCE_RUNNER_DIED');
      return [answerOf()];
    };
    begin(work, { jobs: { ...jobs, claim, putBack } });
    await vi.waitFor(async () => expect(await done()).toHaveLength(1), 10_000);
    expect(tries).toBe(2);
  });

  it('tries a suspect with nothing else in hand', async () => {
    await queue(ids(3));
    await queue(['suspect'], { deaths: 1, urgent: 1 });
    let now = 0;
    const beside: number[] = [];
    begin(async ({ objectId }) => {
      now += 1;
      if (objectId === 'suspect') beside.push(now);
      await new Promise((next) => setImmediate(next));
      now -= 1;
      return [answerOf()];
    });
    await vi.waitFor(async () => expect(await done()).toHaveLength(4), 10_000);
    expect(beside).toEqual([1]);
  });

  it('keeps the lease of a suspect that waits for its turn, and starts an urgent one between two', async () => {
    await queue(['suspect-1', 'suspect-2'], { deaths: 1 });
    const jobs = openJobs(room.database, { owner: 'me', leaseMs: 600_000 });
    const renewed = new Set<string>();
    const renew: typeof jobs.renew = (those) => {
      for (const id of those) renewed.add(id);
      return jobs.renew(those);
    };
    const started: string[] = [];
    const hold = Promise.withResolvers<void>();
    const work: JobWork = async ({ objectId }) => {
      started.push(objectId);
      if (objectId === 'suspect-1') await hold.promise;
      return [answerOf()];
    };
    begin(work, { jobs: { ...jobs, renew }, beatMs: 10 });
    await vi.waitFor(() => expect(renewed).toEqual(new Set(['suspect-1', 'suspect-2'])), 10_000);
    await queue(['urgent-1'], { urgent: 1 });
    hold.resolve();
    await vi.waitFor(async () => expect(await done()).toHaveLength(3), 10_000);
    expect(started).toEqual(['suspect-1', 'urgent-1', 'suspect-2']);
  });

  it('puts back the suspects that wait when it is told to stop, and counts no death', async () => {
    await queue(['suspect-1', 'suspect-2'], { deaths: 1 });
    const hold = Promise.withResolvers<void>();
    let started = 0;
    begin(async () => {
      started += 1;
      await hold.promise;
      return [answerOf()];
    });
    await vi.waitFor(() => expect(started).toBe(1), 10_000);
    const stopping = crew?.stop();
    hold.resolve();
    await stopping;
    expect(started).toBe(1);
    const rows = await room.tables
      .selectFrom('inference_jobs')
      .select(['object_id', 'state', 'owner', 'deaths'])
      .orderBy('object_id')
      .execute();
    expect(rows).toEqual([
      { object_id: 'suspect-1', state: 'done', owner: null, deaths: 1 },
      { object_id: 'suspect-2', state: 'waiting', owner: null, deaths: 1 },
    ]);
  });

  it('takes over what a crew left behind that was killed, and repeats nothing that was finished', async () => {
    await queue(ids(4));
    const dead = openJobs(room.database, { owner: 'dead', leaseMs: -1 });
    const [first] = await dead.claim(3);
    await dead.finish(first?.objectId ?? '', [answerOf({ reason: 'before-its-death' })]);
    const worked: string[] = [];
    begin(async ({ objectId }) => {
      worked.push(objectId);
      return [answerOf()];
    });
    await vi.waitFor(async () => expect(await done()).toHaveLength(4), 10_000);
    expect(worked.sort()).toEqual(ids(4).slice(1));
  });

  it('finishes what it has in hand before it stops', async () => {
    await queue(ids(5));
    const hold = Promise.withResolvers<void>();
    let started = 0;
    begin(async () => {
      started += 1;
      await hold.promise;
      return [answerOf()];
    });
    await vi.waitFor(() => expect(started).toBe(2), 10_000);
    const stopping = crew?.stop();
    hold.resolve();
    await stopping;
    expect([started, (await done()).length]).toEqual([2, 2]);
  });
});
