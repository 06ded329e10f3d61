import type { EventData } from '@sluice/contracts';
import { EVENTS } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJobs } from '../jobs/jobs.js';
import type { StoredAnswer } from '../jobs/stored-answers.js';
import { goRound } from '../rounds.js';
import {
  answerOf,
  delivery,
  type InferenceRoom,
  MODEL,
  openInferenceRoom,
  OUTCOME,
  quarantinedOf,
  scrubbedOf,
} from '../testing/inference-room.js';

type Said = { type: string; id: string; data: unknown };
type Series = EventData<'series.inferred.v1'>;

let room: InferenceRoom;
let said: Said[];
beforeEach(async () => {
  room = await openInferenceRoom();
  said = [];
});
afterEach(() => room.remove());

async function round(quietMs = -1_000): Promise<void> {
  const { tables, bus } = room;
  await goRound({
    ...{ tables, bus, quietMs, everyMs: 1, log: { error: () => undefined } },
    onJobs: () => undefined,
    onFatal: (error) => {
      throw error;
    },
    say: async (events) => {
      for (const event of events) EVENTS[event.type].parse(event.data);
      said.push(...events);
    },
  });
}

/** Every waiting job is answered the same. Returns how many there were. */
async function answerAll(answer: StoredAnswer = answerOf()): Promise<number> {
  const jobs = openJobs(room.database, { owner: 'me', leaseMs: 600_000 });
  const claimed = await jobs.claim(1_000);
  for (const { objectId } of claimed) await jobs.finish(objectId, [answer]);
  return claimed.length;
}

const series = () =>
  said.filter(({ type }) => type === 'series.inferred.v1').map(({ data }) => data as Series);
const receive = (n: number, more = {}) => room.hear('instance.received.v1', delivery(n, more));
const scrub = (n: number, more = {}) => room.hear('instance.scrubbed.v1', scrubbedOf(delivery(n), more));

describe('a series passes the gate', () => {
  it('when every instance is scrubbed or quarantined, and not before', async () => {
    for (const n of [1, 2, 3]) await receive(n);
    await scrub(1);
    await room.hear('instance.quarantined.v1', quarantinedOf(delivery(2)));
    await round();
    expect(await answerAll()).toBe(0);
    await scrub(3);
    await round();
    expect(await answerAll()).toBe(2);
    await round();
    expect(series()).toEqual([
      expect.objectContaining({
        version: 1,
        verdict: 'no-model-applies',
        counts: { instances: 3, clean: 2, quarantined: 1, dead: 0 },
        models: [{ ...MODEL, answered: 0, unfit: 2, failed: 0 }],
        deid: { seriesInstanceUID: '2.25.2', studyInstanceUID: '2.25.3' },
      }),
    ]);
    expect(said.map(({ type }) => type)).toEqual([
      'instance.inferred.v1',
      'instance.inferred.v1',
      'series.inferred.v1',
    ]);
  });

  it('when nothing came for the quiet time', async () => {
    await receive(1);
    await scrub(1);
    await round(600_000);
    expect(await answerAll()).toBe(0);
    await round();
    expect(await answerAll()).toBe(1);
  });

  it('whatever order its words come in, and however often', async () => {
    await scrub(1);
    await receive(1);
    await round();
    expect(await answerAll()).toBe(1);
    await round();
    for (let again = 0; again < 2; again += 1) {
      await receive(1);
      const [word] = await scrub(1);
      expect(word).toMatchObject({ type: 'instance.inferred.v1', data: { outcome: OUTCOME } });
      await round();
    }
    expect(await answerAll()).toBe(0);
    expect(series()).toHaveLength(1);
  });

  it('without an instance that scrubbing gave up, until an operator tries it again', async () => {
    for (const n of [1, 2]) await receive(n);
    await scrub(1);
    await round();
    expect(await answerAll()).toBe(0);
    room.letters.push(delivery(2));
    await round();
    expect(await answerAll()).toBe(1);
    await round();
    expect(series()[0]?.counts).toEqual({ instances: 2, clean: 1, quarantined: 0, dead: 1 });
    await scrub(2);
    await round();
    expect(await answerAll()).toBe(1);
    await round();
    expect(series()[1]).toMatchObject({ version: 2, counts: { clean: 2, dead: 0 } });
  });

  it('again when an instance is late: a new version, and only the late one is work', async () => {
    await receive(1);
    await scrub(1);
    await round();
    await answerAll();
    await round();
    await receive(2);
    await scrub(2);
    await round();
    expect(await answerAll()).toBe(1);
    await round();
    expect(series().map(({ version, counts }) => [version, counts.clean])).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  it('when nothing of it was released, with a word that says so', async () => {
    await receive(1);
    await room.hear('instance.quarantined.v1', quarantinedOf(delivery(1)));
    await round();
    expect(series()).toEqual([
      expect.objectContaining({ verdict: 'nothing-released', models: [], results: [] }),
    ]);
  });

  it('with a released copy, also when the quarantine before a release is heard after it', async () => {
    await receive(1);
    await scrub(1);
    await room.hear('instance.quarantined.v1', quarantinedOf(delivery(1)));
    await round();
    expect(await answerAll()).toBe(1);
    await round();
    expect(said.filter(({ type }) => type === 'instance.inferred.v1')).toHaveLength(1);
    expect(series()[0]?.counts).toMatchObject({ clean: 1, quarantined: 0 });
  });

  it('with each of two copies of one content: what was staged first is settled too', async () => {
    await receive(1);
    await scrub(1);
    await scrub(1, { outcome: 'f'.repeat(16) });
    await round();
    expect(await answerAll()).toBe(2);
    await round();
    const outcomes = said.flatMap(({ type, data }) =>
      type === 'instance.inferred.v1' ? [(data as EventData<'instance.inferred.v1'>).outcome] : [],
    );
    expect(outcomes.sort()).toEqual([OUTCOME, 'f'.repeat(16)].sort());
    expect(series()).toEqual([
      expect.objectContaining({ counts: { instances: 1, clean: 1, quarantined: 0, dead: 0 } }),
    ]);
  });

  it('apart from another series of its study', async () => {
    await receive(1);
    await scrub(1);
    await receive(2, { seriesKey: 'f'.repeat(64) });
    await round();
    expect(await answerAll()).toBe(1);
  });
});

describe('a batch that closes', () => {
  const closed = { ...delivery(1), series: [], list: delivery(1).object };
  const changedAt = async () =>
    (await room.tables.selectFrom('inference_series').select('changed_at').executeTakeFirst())?.changed_at;

  it('lets a waiting series wait anew', async () => {
    await receive(1);
    const before = await changedAt();
    await room.hear('batch.closed.v1', closed);
    expect(await changedAt()).toBeGreaterThan(before ?? 0);
  });

  it('makes no new version of a series that has passed', async () => {
    await receive(1);
    await scrub(1);
    await round();
    const before = await changedAt();
    await room.hear('batch.closed.v1', closed);
    expect(await changedAt()).toBe(before);
  });
});

describe('a series of which one delivery is urgent', () => {
  const first = async () => (await openJobs(room.database, { owner: 'me', leaseMs: 600_000 }).claim(1))[0];

  it('is urgent as a whole, and goes first', async () => {
    const other = { seriesKey: 'f'.repeat(64), studyKey: 'f'.repeat(64) };
    await receive(1);
    await scrub(1);
    await round();
    await receive(2, { ...other, priority: 'high' });
    await room.hear('instance.scrubbed.v1', scrubbedOf(delivery(2, other)));
    await round();
    expect(await first()).toMatchObject({ urgent: true, scrubbed: { seriesKey: other.seriesKey } });
  });

  it('is so too where its order says STAT, as scrubbing tells, whatever its sender said', async () => {
    await receive(1);
    await room.hear('instance.scrubbed.v1', scrubbedOf(delivery(1), { priority: 'high' }));
    await round();
    expect(await first()).toMatchObject({ urgent: true });
  });

  it('is so too where an image of another series of its study was answered as urgent', async () => {
    await receive(1);
    await scrub(1);
    await round();
    await answerAll(answerOf({ verdict: 'answered', triage: 'urgent' }));
    const later = { seriesKey: 'f'.repeat(64) };
    await receive(2, later);
    await room.hear('instance.scrubbed.v1', scrubbedOf(delivery(2, later)));
    await round();
    expect(await first()).toMatchObject({ urgent: true, scrubbed: later });
  });

  it('becomes so when it is sent once more as urgent', async () => {
    await receive(1);
    await scrub(1);
    await round();
    await receive(1, { priority: 'high', attempt: 'f'.repeat(32) });
    expect(await first()).toMatchObject({ urgent: true });
  });
});

describe('what models found', () => {
  const result = {
    kind: 'sr' as const,
    object: { name: 'staging/t1/result/x/y', digest: 'd'.repeat(64), sizeBytes: 1 },
    plainDigest: 'e'.repeat(64),
    plainSizeBytes: 1,
  };
  const told = {
    model: MODEL,
    triage: 'urgent' as const,
    reasons: ['probability-urgent'],
    classes: [{ name: 'malignant', probability: 0.9 }],
    lesions: [],
    lesionsTotal: 0,
  };

  it('is told to the corridor and, by an allow-list, to analytics', async () => {
    await receive(1);
    await scrub(1);
    await round();
    await answerAll({ ...answerOf({ verdict: 'answered', triage: 'urgent', results: [result] }), told });
    await round();
    expect(said.map(({ type }) => type)).toEqual([
      'instance.inferred.v1',
      'deid.finding.v1',
      'series.inferred.v1',
    ]);
    expect(said[1]?.data).toEqual({
      schema: 'deid.finding.v1',
      tenant: 't1',
      SOPInstanceUID: '2.25.1',
      SeriesInstanceUID: '2.25.2',
      StudyInstanceUID: '2.25.3',
      answers: [told],
    });
    expect(series()[0]).toMatchObject({
      verdict: 'answered',
      triage: 'urgent',
      resultsTotal: 1,
      results: [{ ...result, instanceKey: delivery(1).instanceKey }],
    });
  });

  it('has a code where a model failed', async () => {
    await receive(1);
    await scrub(1);
    await round();
    await answerAll(answerOf({ verdict: 'failed', code: 'INFERENCE_OUTPUT_INVALID' }));
    await round();
    expect(series()[0]).toMatchObject({ verdict: 'failed', codes: ['INFERENCE_OUTPUT_INVALID'] });
  });
});
