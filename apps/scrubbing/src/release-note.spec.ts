import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  canonicalJson,
  encodeEvent,
  type EventData,
  type ReleaseNote,
  ReleaseNoteV1,
} from '@sluice/contracts';
import { sampleReceived } from '@sluice/contracts/testing';
import { type Keys, openKeys } from '@sluice/crypto';
import { type Database, openDatabase } from '@sluice/database';
import { openStore, secretShelf, type Store } from '@sluice/store';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLedger } from './ledger/ledger.js';
import { SCRUBBING_MIGRATIONS } from './ledger/tables.js';
import { BASIC } from './profile/profile.js';
import { openSecondEngine } from './residual/second-engine.js';
import { type NoteFacts, releaseNote, stageNote } from './release-note.js';
import { scrubInstance } from './scrub-instance.js';
import { scrubSample, withOptions } from './testing/clean.js';
import { bytesOf, chunksOf, sampleElements, samplePart10 } from './testing/samples.js';

const secondEngine = openSecondEngine();
afterAll(() => secondEngine.close());
const CONTENT = 'e'.repeat(64);
const rectangles = (count: number) =>
  Array.from({ length: count }, (_, x) => ({ x, y: 10, width: 200, height: 40 }));
const masks = (ranges: number, each: number) => ({
  ranges: Array.from({ length: ranges }, (_, first) => ({
    first,
    last: first,
    rectangles: rectangles(each),
  })),
  moreRanges: 3,
});

async function factsOf(...[more, profile]: Parameters<typeof scrubSample>): Promise<NoteFacts> {
  const verdict = await scrubSample(more, profile);
  if (verdict.outcome !== 'clean') throw new Error(verdict.code);
  return verdict;
}

describe('a release note', () => {
  it('says what was done, by class, and adds up', async () => {
    const profile = withOptions(
      'retain-longitudinal-modified-dates',
      'clean-descriptors',
      'retain-patient-characteristics',
    );
    const note = releaseNote(profile, CONTENT, await factsOf([], profile));
    const { kept, removed, emptied, replaced, cleaned, datesShifted, uidsMapped } = note.actions;
    // Study Date; Study Description without the name; four UIDs of the data set and one of the file meta.
    expect({ datesShifted, cleaned, uidsMapped }).toEqual({ datesShifted: 1, cleaned: 1, uidsMapped: 5 });
    expect([kept, removed, emptied, replaced].every((count) => count > 0)).toBe(true);
  });

  it('counts nothing as moved where the profile removes dates', async () => {
    const { actions } = releaseNote(BASIC, CONTENT, await factsOf([], BASIC));
    expect([actions.datesShifted, actions.cleaned]).toEqual([0, 0]);
  });

  it('says whether pixels were looked at, and what was blanked where', async () => {
    const facts = await factsOf([], BASIC);
    const pixelsOf = (more: Partial<NoteFacts>) => releaseNote(BASIC, CONTENT, { ...facts, ...more }).pixels;
    expect(pixelsOf({})).toEqual({ verdict: 'not-needed', by: 'none', masks: [], unlistedMasks: 0 });
    expect(pixelsOf({ looked: true })).toMatchObject({ verdict: 'looked-at', by: 'engine' });
    expect(pixelsOf({ looked: true, decided: true })).toMatchObject({ verdict: 'looked-at', by: 'person' });
    const [range] = masks(1, 1).ranges;
    const masked = { looked: true, masks: { ranges: [{ ...range!, last: 29 }], moreRanges: 0 } };
    expect(pixelsOf(masked)).toEqual({
      verdict: 'masked',
      by: 'engine',
      masks: [{ firstFrame: 1, lastFrame: 30, rectangles: rectangles(1) }],
      unlistedMasks: 0,
    });
  });

  it('says so where what was blanked is too much to list', async () => {
    const pixels = { looked: true, masks: { ranges: [], moreRanges: 2 } };
    const note = releaseNote(BASIC, CONTENT, { ...(await factsOf([], BASIC)), ...pixels });
    expect(note.pixels).toEqual({ verdict: 'masked', by: 'engine', masks: [], unlistedMasks: 2 });
  });

  it('has room for every mask that is listed at the most', async () => {
    const note = releaseNote(BASIC, CONTENT, { ...(await factsOf([], BASIC)), masks: masks(100, 200) });
    expect(ReleaseNoteV1.safeParse(note).success).toBe(true);
  });
});

describe('the note of an instance', () => {
  let folder: string;
  let store: Store;
  let keys: Keys;
  let database: Database;
  let received: EventData<'instance.received.v1'>;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-note-'));
    store = await openStore(`file:${join(folder, 'store')}`);
    database = await openDatabase(`sqlite:${join(folder, 'scrubbing.db')}`);
    await database.migrate('scrubbing', SCRUBBING_MIGRATIONS);
    keys = await openKeys(`local:${join(folder, 'keys')}`, { shelf: secretShelf(store), database });
    const sealed = keys.staging('t1', 'staging-raw').seal(chunksOf(samplePart10(sampleElements())));
    const { ref: object } = await store.put('staging/t1/raw/i/1', sealed);
    received = { ...sampleReceived(), object };
  });
  afterEach(async () => {
    await Promise.all([store.close(), keys.close(), database.close()]);
    await rm(folder, { recursive: true });
  });
  const forgetful = (profile = BASIC) => ({
    ...{ store, keys, profile, secondEngine },
    ledger: { ...openLedger(database), announced: async () => undefined, note: async <T>(said: T) => said },
  });

  it('travels in its event, the same at each run, and describes the staged object', async () => {
    const runs = [await scrubInstance(forgetful(), received), await scrubInstance(forgetful(), received)];
    const [first, second] = runs.map((said) => said.data as EventData<'instance.scrubbed.v1'>);
    const note = first?.note as ReleaseNote;
    expect(canonicalJson(second?.note)).toBe(canonicalJson(note));
    expect(note).toMatchObject({
      before: { contentKey: received.contentKey },
      after: {
        sha256: first?.cleanDigest,
        sizeBytes: first?.cleanSizeBytes,
        ...{ SOPInstanceUID: first?.deid.sopInstanceUID },
      },
      profile: { name: 'basic', digest: BASIC.digest },
    });
    encodeEvent({ ...runs[0]!, source: 'scrubbing' } as never);
  });

  it('holds nothing of the person', async () => {
    const said = await scrubInstance(forgetful(), received);
    const note = JSON.stringify((said.data as EventData<'instance.scrubbed.v1'>).note);
    for (const word of ['usterfrau', 'Erika', '881234', '4711', '1.3.6.1.4.1.99999', '2024', '1963'])
      expect(note).not.toContain(word);
  });

  it('that is long is a sealed object; a second run finds the first one', async () => {
    const facts = { ...(await factsOf([], BASIC)), masks: masks(100, 200) };
    const first = await stageNote(forgetful(), received, facts);
    expect(first).toMatchObject({ name: expect.stringContaining('staging/t1/note/') as string });
    expect(await stageNote(forgetful(), received, facts)).toEqual(first);
    if (!('name' in first)) throw new Error('not staged');
    const opened = await bytesOf(keys.staging('t1', 'staging-clean').open(await store.get(first)));
    expect(opened.toString()).toBe(canonicalJson(releaseNote(BASIC, received.contentKey, facts)));
    expect(opened.length).toBeLessThan(1024 * 1024);
  });

  it('stays in an event up to where it is long', async () => {
    const facts = await factsOf([], BASIC);
    const inline = await stageNote(forgetful(), received, { ...facts, masks: masks(1, 55) });
    expect(inline).toHaveProperty('schema');
    const { data } = await scrubInstance(forgetful(), received);
    const wayback = { ...received.object, name: 'x'.repeat(512) };
    const event = { ...data, note: inline, wayback } as EventData<'instance.scrubbed.v1'>;
    encodeEvent({ id: 'x'.repeat(128), type: 'instance.scrubbed.v1', source: 'scrubbing', data: event });
  });
});
