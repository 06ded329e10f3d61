import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type EventData,
  EVENTS,
  MAX_EVENT_BYTES,
  objectNames,
  QuarantineRecordV1,
  SluiceError,
  type StagingPurpose,
} from '@sluice/contracts';
import { sampleReceived } from '@sluice/contracts/testing';
import { type Keys, openKeys } from '@sluice/crypto';
import { type Database, openDatabase } from '@sluice/database';
import { createCodecs, readElements, readFrames } from '@sluice/dicom';
import { openStore, secretShelf, type Store } from '@sluice/store';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openLedger } from './ledger/ledger.js';
import { SCRUBBING_MIGRATIONS, type ScrubbingTables } from './ledger/tables.js';
import { BASIC, createProfile } from './profile/profile.js';
import { openSecondEngine } from './residual/second-engine.js';
import { type ScrubDoors, scrubInstance } from './scrub-instance.js';
import { scrubbingStage } from './stage.js';
import { valuesByPath } from './testing/clean.js';
import { bytesOf, chunksOf, type SampleElement, sampleElements, samplePart10 } from './testing/samples.js';

type Received = EventData<'instance.received.v1'>;

let folder: string;
let store: Store;
let keys: Keys;
let database: Database;
let doors: ScrubDoors;
const secondEngine = openSecondEngine();
const codecs = createCodecs();
let next = 0;

/** Pictures are decoded and shown, but nothing can read text in them. */
const withPixels = (): ScrubDoors => ({
  ...doors,
  pixels: {
    codecs,
    finders: {
      find: () => Promise.reject(new SluiceError('SCRUBBING_TEXT_UNREAD')),
      close: () => Promise.resolve(),
    },
    timeoutMs: 60_000,
  },
});
/** A rule was taken away: the protocol's name stays as it is. */
const leaky = createProfile({
  ...{ name: 'leaky', options: [] },
  overrides: [{ tag: 0x00181030, action: 'keep', creator: undefined, inside: [], fromRoot: false }],
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-scrubbing-'));
  store = await openStore(`file:${join(folder, 'store')}`);
  database = await openDatabase(`sqlite:${join(folder, 'scrubbing.db')}`);
  await database.migrate('scrubbing', SCRUBBING_MIGRATIONS);
  keys = await openKeys(`local:${join(folder, 'keys')}`, { shelf: secretShelf(store), database });
});
beforeEach(() => void (doors = { store, keys, ledger: openLedger(database), profile: BASIC, secondEngine }));
afterAll(async () => {
  await Promise.all([store.close(), keys.close(), database.close(), secondEngine.close(), codecs.close()]);
  await rm(folder, { recursive: true });
});

/** As intake leaves it: sealed in staging, and the event. Each call is another study, subject and instance unless `ids` say so. */
async function receive(more: readonly SampleElement[] = [], ids: Partial<Received> = {}): Promise<Received> {
  next += 1;
  const own = sampleReceived(next);
  const distinct = Object.fromEntries(
    (['subjectKey', 'studyKey'] as const).map((key) => [
      key,
      createHash('sha256').update(`${key} ${next}`).digest('hex'),
    ]),
  );
  const sealed = keys.staging('t1', 'staging-raw').seal(chunksOf(samplePart10(sampleElements(more))));
  const { ref } = await store.put(`staging/t1/raw/${own.instanceKey}/${next}`, sealed);
  return { ...own, ...distinct, ...ids, object: ref };
}

const opened = async (ref: { name: string }, purpose: StagingPurpose) =>
  bytesOf(keys.staging('t1', purpose).open(await store.get(ref)));

async function scrubbedOf(received: Received): Promise<EventData<'instance.scrubbed.v1'>> {
  const event = await scrubInstance(doors, received);
  if (event.type !== 'instance.scrubbed.v1') throw new Error(event.data.code);
  return event.data;
}

describe('a received instance', () => {
  it('becomes a clean object, sealed, whose digest and UIDs the event names', async () => {
    const received = await receive();
    const data = await scrubbedOf(received);
    const clean = await opened(data.clean, 'staging-clean');
    expect(createHash('sha256').update(clean).digest('hex')).toBe(data.cleanDigest);
    expect(clean).toHaveLength(data.cleanSizeBytes);
    const uids = new Map<number, string>();
    await readElements(
      chunksOf(clean),
      ({ tag, value }) => void uids.set(tag, value?.toString('latin1').replace(/\0+$/, '') ?? ''),
    );
    expect([uids.get(0x00080018), uids.get(0x0020000e), uids.get(0x0020000d)]).toEqual([
      data.deid.sopInstanceUID,
      data.deid.seriesInstanceUID,
      data.deid.studyInstanceUID,
    ]);
    expect(uids.get(0x00020003)).toBe(data.deid.sopInstanceUID);
  });

  it('is read once where nobody must look at its pixels', async () => {
    const received = await receive();
    let reads = 0;
    const get: Store['get'] = (ref) => ((reads += 1), store.get(ref));
    await scrubInstance({ ...doors, store: { ...store, get } }, received);
    expect(reads).toBe(1);
  });

  it('announces nothing identifying, in an event that its schema takes', async () => {
    const event = await scrubInstance(doors, await receive());
    expect(EVENTS[event.type].safeParse(event.data).success).toBe(true);
    expect(event.id.length).toBeLessThanOrEqual(128);
    const text = JSON.stringify(event);
    expect(text.length).toBeLessThan(MAX_EVENT_BYTES);
    for (const word of ['usterfrau', 'Erika', '881234', '1.3.6.1.4.1.99999'])
      expect(text).not.toContain(word);
  });

  it.each([
    ['STAT', 'high'],
    ['high ', 'high'],
    ['ROUTINE', 'medium'],
    ['LOW', 'low'],
    ['Call Dr Fennimore', undefined],
  ])('of an order with priority %j is announced as %s, never in its own words', async (term, priority) => {
    const data = await scrubbedOf(await receive([[0x00401003, 'SH', term]]));
    expect(data.priority).toBe(priority);
    expect(JSON.stringify(data)).not.toContain('Fennimore');
  });

  const order = (...terms: string[]) =>
    terms.map((term): readonly SampleElement[] => [[0x00401003, 'SH', term]]);
  it.each<[string, SampleElement[], string | undefined]>([
    ['its Request Attributes Sequence', [[0x00400275, 'SQ', order('STAT')]], 'high'],
    ['a document that answers it', [[0x0040a370, 'SQ', order('HIGH')]], 'high'],
    ['one of several', [[0x00400275, 'SQ', order('LOW', 'STAT', 'ROUTINE')]], 'high'],
    [
      'both places, of which the most urgent counts',
      [
        [0x00400275, 'SQ', order('ROUTINE')],
        [0x00401003, 'SH', 'LOW'],
      ],
      'medium',
    ],
    ['something else than an order', [[0x00081115, 'SQ', order('STAT')]], undefined],
    [
      'an order that it had before it was changed',
      [[0x04000561, 'SQ', [[[0x00400275, 'SQ', order('STAT')]]]]],
      undefined,
    ],
  ])('hears how urgent an order is from %s', async (_where, elements, priority) => {
    expect((await scrubbedOf(await receive(elements))).priority).toBe(priority);
  });

  it('keeps the way back in one sealed record per subject, announced by one instance', async () => {
    const first = await receive();
    const second = await receive([[0x00080018, 'UI', '1.3.6.1.4.1.99999.1.5']], {
      subjectKey: first.subjectKey,
      studyKey: first.studyKey,
    });
    const [one, other] = [await scrubbedOf(first), await scrubbedOf(second)];
    expect(other.wayback).toBeUndefined();
    if (!one.wayback) throw new Error('no way back');
    const record = JSON.parse((await opened(one.wayback, 'staging-wayback')).toString()) as Record<
      string,
      string
    >;
    expect(record).toMatchObject({ patientID: 'PID-881234', patientName: 'Musterfrau^Erika' });
    expect(record['pseudonym']).toMatch(/^[A-Z2-7]{16}$/);
    expect((await opened(other.clean, 'staging-clean')).includes(record['pseudonym'] as string)).toBe(true);
  });

  it('of another subject has another pseudonym, of the same study UID the same new one', async () => {
    const [one, other] = [await scrubbedOf(await receive()), await scrubbedOf(await receive())];
    expect(one.deid).toEqual(other.deid);
    expect(one.wayback?.name).not.toBe(other.wayback?.name);
    const [left, right] = [
      await opened(one.clean, 'staging-clean'),
      await opened(other.clean, 'staging-clean'),
    ];
    expect(left.equals(right)).toBe(false);
  });
});

describe('an instance that comes again', () => {
  it('is announced in the same words', async () => {
    const received = await receive();
    const first = await scrubInstance(doors, received);
    const again = await scrubInstance({ ...doors, ledger: openLedger(database) }, received);
    expect(again).toEqual(first);
  });

  it('is announced in the same words when its staged object is gone', async () => {
    const received = await receive();
    const first = await scrubInstance(doors, received);
    await store.delete(received.object.name);
    expect(await scrubInstance(doors, received)).toEqual(first);
  });

  it('is announced in the same words by two workers at a time', async () => {
    const received = await receive();
    const workers = [1, 2, 3].map(() => scrubInstance({ ...doors, ledger: openLedger(database) }, received));
    const [one, two, three] = await Promise.all(workers);
    expect(two).toEqual(one);
    expect(three).toEqual(one);
  });

  it('uses the clean object that a worker left before it died', async () => {
    const received = await receive();
    const dying = { ...doors.ledger, note: () => Promise.reject(new Error('killed')) };
    await expect(scrubInstance({ ...doors, ledger: dying }, received)).rejects.toThrow('killed');
    const data = await scrubbedOf(received);
    const clean = await opened(data.clean, 'staging-clean');
    expect(createHash('sha256').update(clean).digest('hex')).toBe(data.cleanDigest);
    expect(data.wayback).toBeDefined();
  });
});

describe('a content that an older profile settled, and that comes again', () => {
  /** Rows as an older profile or code version left them: `outcomes` in the order they were noted. */
  async function settledBefore(received: Received, outcomes: readonly string[]): Promise<void> {
    for (const [at, outcome] of outcomes.entries()) {
      const data = { ...received, outcome, code: 'SCRUBBING_UNREADABLE', by: 'scrubbing' };
      const row = { instance_key: received.instanceKey, content_key: received.contentKey, outcome };
      await database
        .tables<ScrubbingTables>()
        .insertInto('scrubbing_outcomes')
        .values({ ...row, event_type: 'instance.quarantined.v1', event_data: JSON.stringify(data), at })
        .execute();
    }
  }

  it('is announced as it was settled last when its staged object is gone', async () => {
    const received = await receive();
    await settledBefore(received, ['older', 'newest']);
    await store.delete(received.object.name);
    expect(await scrubInstance(doors, received)).toMatchObject({ data: { outcome: 'newest' } });
  });

  it('is judged anew while its staged object is there', async () => {
    const received = await receive();
    await settledBefore(received, ['older']);
    expect(await scrubInstance(doors, received)).toMatchObject({ type: 'instance.scrubbed.v1' });
  });
});

describe('an instance is quarantined', () => {
  it('when the same instance came with other content: the first keeps its outcome', async () => {
    const first = await receive();
    const second = await receive([[0x00180050, 'DS', '9']], {
      instanceKey: first.instanceKey,
      studyKey: first.studyKey,
      subjectKey: first.subjectKey,
    });
    expect((await scrubInstance(doors, first)).type).toBe('instance.scrubbed.v1');
    expect(await scrubInstance(doors, second)).toMatchObject({
      type: 'instance.quarantined.v1',
      data: { code: 'SCRUBBING_CONFLICT', contentKey: second.contentKey, by: 'scrubbing' },
    });
    expect((await scrubInstance(doors, first)).type).toBe('instance.scrubbed.v1');
  });

  it('when its study belongs to another subject', async () => {
    const first = await receive();
    const second = await receive([], { studyKey: first.studyKey });
    await scrubInstance(doors, first);
    expect(await scrubInstance({ ...doors, ledger: openLedger(database) }, second)).toMatchObject({
      data: { code: 'SCRUBBING_SUBJECT_CONFLICT' },
    });
  });

  it('when its study belongs to another subject: sent again under the right one it is no conflict', async () => {
    const first = await receive();
    const wrong = await receive([], { studyKey: first.studyKey });
    const corrected = await receive([[0x00180050, 'DS', '9']], {
      studyKey: first.studyKey,
      subjectKey: first.subjectKey,
      instanceKey: wrong.instanceKey,
    });
    await scrubInstance(doors, first);
    expect((await scrubInstance(doors, wrong)).type).toBe('instance.quarantined.v1');
    expect((await scrubInstance(doors, corrected)).type).toBe('instance.scrubbed.v1');
  });

  it('when its pixels may show a name, and nothing of it is staged', async () => {
    const received = await receive([[0x00280301, 'CS', 'YES']]);
    expect(await scrubInstance(doors, received)).toMatchObject({
      data: { code: 'SCRUBBING_PIXELS_UNPROVEN' },
    });
    const staged: string[] = [];
    for await (const { name } of store.list(`staging/t1/clean/${received.instanceKey}`)) staged.push(name);
    expect(staged).toEqual([]);
  });

  it('when it cannot be read', async () => {
    const received = await receive([[0x0020000e, 'UI', '']]);
    expect(await scrubInstance(doors, received)).toMatchObject({ data: { code: 'SCRUBBING_UNREADABLE' } });
  });
});

describe('what a person is shown of a quarantined instance', () => {
  it('is staged, sealed, before the event says so; the event says what may stand in a list', async () => {
    const received = await receive([[0x00280301, 'CS', 'YES']]);
    const event = await scrubInstance(withPixels(), received);
    if (event.type !== 'instance.quarantined.v1' || !event.data.record) throw new Error('no record');
    expect(EVENTS[event.type].safeParse(event.data).success).toBe(true);
    expect(event.data).toMatchObject({ modality: 'CT', profile: { name: 'basic', digest: BASIC.digest } });
    const record = JSON.parse((await opened(event.data.record, 'staging-quarantine')).toString()) as object;
    expect(QuarantineRecordV1.parse(record)).toMatchObject({
      code: 'SCRUBBING_PIXELS_UNPROVEN',
      detail: expect.stringContaining('SCRUBBING_TEXT_UNREAD') as string,
      outcome: event.data.outcome,
      pictures: [{ when: 'before', frame: 0 }],
    });
    for (const word of ['usterfrau', 'Erika', '881234', '1.3.6.1.4.1.99999'])
      expect(JSON.stringify(event)).not.toContain(word);
  });

  it('is the same object when it is quarantined again by a worker that knew nothing of the first', async () => {
    const received = await receive([[0x00280301, 'CS', 'YES']]);
    const dying = { ...doors.ledger, note: () => Promise.reject(new Error('killed')) };
    await expect(scrubInstance({ ...doors, ledger: dying }, received)).rejects.toThrow('killed');
    const event = await scrubInstance(doors, received);
    const names = await Array.fromAsync(store.list(`staging/t1/quarantine/${received.instanceKey}/`));
    expect(event.data).toMatchObject({ record: { name: names[0]?.name } });
    expect(names).toHaveLength(1);
  });

  it('says no modality that is none: the element may hold a name', async () => {
    const event = await scrubInstance(doors, await receive([[0x00080060, 'CS', 'MUSTERFRAU']]));
    expect(event).toMatchObject({ type: 'instance.quarantined.v1' });
    expect(JSON.stringify(event)).not.toContain('MUSTERFRAU');
  });
});

describe('an instance that a person released', () => {
  const release = { id: 'a'.repeat(32), rectangles: [{ x: 0, y: 0, width: 1, height: 2 }] };
  const held: SampleElement[] = [[0x00280301, 'CS', 'YES']];

  it('is clean under a name of its own, with the mask, and the note says so', async () => {
    const received = await receive(held);
    const before = await scrubInstance(withPixels(), received);
    const event = await scrubInstance(withPixels(), { ...received, release });
    if (event.type !== 'instance.scrubbed.v1') throw new Error(event.data.code);
    expect(event.data.outcome).not.toBe(before.data.outcome);
    expect(event.data).toMatchObject({
      decision: release.id,
      note: { pixels: { verdict: 'masked', masks: [{ firstFrame: 1, lastFrame: 1 }] } },
    });
    const clean = await opened(event.data.clean, 'staging-clean');
    const [frame] = await Array.fromAsync(readFrames(chunksOf(clean)));
    expect(frame?.bytes.toString('hex')).toBe('0000030400000708');
    const values = await valuesByPath(clean);
    expect([values.get('00280301'), values.get('00100010')]).toEqual([
      'NO',
      expect.stringMatching(/^[A-Z2-7]{16}$/),
    ]);
  });

  it('is announced in the same words again, whichever of its deliveries comes', async () => {
    const received = await receive(held);
    await scrubInstance(withPixels(), received);
    const event = await scrubInstance(withPixels(), { ...received, release });
    await store.delete(received.object.name);
    expect(await scrubInstance(withPixels(), { ...received, release })).toEqual(event);
    expect(await scrubInstance(withPixels(), { ...received, attempt: 'b'.repeat(32) })).toEqual(event);
  });

  it.each([
    ['an identifier that stayed', [[0x00181030, 'LO', 'PID-881234']], 'SCRUBBING_RESIDUAL', leaky],
    ['a UID that is missing', [[0x0020000e, 'UI', '']], 'SCRUBBING_UNREADABLE', BASIC],
    ['another class in its file meta', [[0x00080016, 'UI', '']], 'SCRUBBING_PIXELS_UNPROVEN', BASIC],
  ] as const)('is held all the same for %s', async (_what, more, code, profile) => {
    const received = await receive([...held, ...(more as unknown as SampleElement[])]);
    const event = await scrubInstance({ ...withPixels(), profile }, { ...received, release });
    expect(event).toMatchObject({ data: { code, decision: release.id } });
  });
});

describe('what is no verdict', () => {
  it('is a staged object that is missing', async () => {
    const received = await receive();
    await store.delete(received.object.name);
    await expect(scrubInstance(doors, received)).rejects.toMatchObject({
      code: 'STORE_OBJECT_MISSING',
      kind: 'permanent',
    });
    const { tenant, subjectKey } = received;
    expect(await store.head(objectNames.subjectSecret(tenant, subjectKey, 'pseudonym'))).toBeUndefined();
  });

  it('is a staged object that was changed', async () => {
    const received = await receive();
    const changed = { ...received, object: { ...received.object, digest: '0'.repeat(64) } };
    await expect(scrubInstance(doors, changed)).rejects.toMatchObject({ code: 'STORE_DIGEST_MISMATCH' });
  });
});

it('the stage hears what intake says, and says what encryption and archival hear', async () => {
  const stage = scrubbingStage(doors);
  expect(stage.topics).toEqual(['instance.received']);
  const [event] = await stage.handle({
    id: 'x'.repeat(8),
    type: 'instance.received.v1',
    source: 'intake',
    data: await receive(),
  });
  expect(event?.type).toBe('instance.scrubbed.v1');
});
