import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventData, EVENTS, objectNames, type ObjectRef, type StagingPurpose } from '@sluice/contracts';
import { sampleReceived } from '@sluice/contracts/testing';
import { type Keys, openKeys } from '@sluice/crypto';
import { type Database, openDatabase } from '@sluice/database';
import { openStore, secretShelf, type Store } from '@sluice/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encryptionStage } from './stage.js';

type Received = EventData<'instance.received.v1'>;
type Sealed = EventData<'object.sealed.v1'>;
type Heard =
  'instance.received.v1' | 'instance.scrubbed.v1' | 'instance.quarantined.v1' | 'instance.inferred.v1';

const PLAIN = Buffer.from('an image, as it came '.repeat(1000));
const OUTCOME = '0123456789abcdef';
const RECORD = 'c'.repeat(64);

let folder: string;
let store: Store;
let keys: Keys;
let database: Database;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-encryption-'));
  store = await openStore(`file:${join(folder, 'store')}`);
  database = await openDatabase(`sqlite:${join(folder, 'keys.db')}`);
  keys = await openKeys(`local:${join(folder, 'keys')}`, { shelf: secretShelf(store), database });
});
afterEach(async () => {
  await Promise.all([keys.close(), store.close(), database.close()]);
  await rm(folder, { recursive: true });
});

async function put(name: string, purpose: StagingPurpose, plain = PLAIN): Promise<ObjectRef> {
  return (await store.put(name, keys.staging('t1', purpose).seal(once(plain)))).ref;
}

async function receive(plain = PLAIN): Promise<Received> {
  return { ...sampleReceived(), object: await put('staging/t1/raw/i/1', 'staging-raw', plain) };
}

async function scrub(received: Received): Promise<EventData<'instance.scrubbed.v1'>> {
  return {
    ...received,
    clean: await put('staging/t1/clean/i/1', 'staging-clean'),
    cleanDigest: createHash('sha256').update(PLAIN).digest('hex'),
    cleanSizeBytes: PLAIN.length,
    wayback: await put(`staging/t1/wayback/s/${RECORD}`, 'staging-wayback', Buffer.from('who it was')),
    outcome: OUTCOME,
    profile: { name: 'basic', digest: 'b'.repeat(64) },
    codeVersion: '1',
    counts: { removed: 1, replaced: 2, kept: 3 },
    deid: { sopInstanceUID: '2.25.1', seriesInstanceUID: '2.25.2', studyInstanceUID: '2.25.3' },
  };
}

/** The stage hears an event, and says what it sealed. */
async function hear(type: Heard, data: object): Promise<Sealed[]> {
  const event = { id: 'x'.repeat(8), type, source: 'intake', data } as never;
  const said = await encryptionStage({ store, keys }).handle(event);
  return said.map((next) => EVENTS['object.sealed.v1'].parse(next.data));
}

async function opened({ archived, subjectKey, contentKey }: Sealed): Promise<string> {
  const sealer = await keys.subject('t1', subjectKey).openArchive(archived.name, contentKey);
  return Buffer.concat(await Array.fromAsync(sealer.open(await store.get(archived)))).toString();
}

const archived = async () => (await Array.fromAsync(store.list('archive/'))).map(({ name }) => name);

describe('a received instance', () => {
  it('is sealed under its subject, by a name that its content alone makes, and opens as it came', async () => {
    const received = await receive();
    const [sealed] = await hear('instance.received.v1', received);
    expect(sealed).toMatchObject({
      objectKind: 'raw',
      staged: received.object,
      contentKey: received.contentKey,
    });
    expect(sealed?.archived.name).toBe(`archive/t1/raw/${received.instanceKey}/${received.contentKey}`);
    expect(sealed).not.toHaveProperty('plainDigest');
    expect(await opened(sealed!)).toBe(PLAIN.toString());
  });

  it('is sealed once, however often it is heard, and announced in the same words', async () => {
    const received = await receive();
    const first = await hear('instance.received.v1', received);
    expect(await hear('instance.received.v1', received)).toEqual(first);
    expect(await archived()).toHaveLength(1);
  });

  it('is sealed once by several workers at a time', async () => {
    const received = await receive();
    const said = await Promise.all([1, 2, 3].map(() => hear('instance.received.v1', received)));
    expect(said[1]).toEqual(said[0]);
    expect(said[2]).toEqual(said[0]);
    expect(await opened(said[0]![0]!)).toBe(PLAIN.toString());
  });

  it('that comes again as another delivery finds the object of the first', async () => {
    const received = await receive();
    const [first] = await hear('instance.received.v1', received);
    const object = await put('staging/t1/raw/i/2', 'staging-raw');
    const [second] = await hear('instance.received.v1', { ...received, attempt: 'f'.repeat(32), object });
    expect(second?.archived).toEqual(first?.archived);
    expect(second?.attempt).toBe('f'.repeat(32));
    expect(await archived()).toHaveLength(1);
  });

  it('whose staged object is gone, but archived, is announced again', async () => {
    const received = await receive();
    const first = await hear('instance.received.v1', received);
    await store.delete(received.object.name);
    expect(await hear('instance.received.v1', received)).toEqual(first);
  });

  it('whose staged object is gone, and not archived, will never pass', async () => {
    const received = await receive();
    await store.delete(received.object.name);
    await expect(hear('instance.received.v1', received)).rejects.toMatchObject({
      code: 'STORE_OBJECT_MISSING',
      kind: 'permanent',
    });
  });

  it('whose staged object was changed leaves nothing in the archive', async () => {
    const received = await receive();
    const changed = { ...received, object: { ...received.object, digest: '0'.repeat(64) } };
    await expect(hear('instance.received.v1', changed)).rejects.toMatchObject({
      code: 'STORE_DIGEST_MISMATCH',
    });
    expect(await archived()).toEqual([]);
  });

  it('that was staged for another purpose does not open, and leaves nothing in the archive', async () => {
    const received = { ...sampleReceived(), object: await put('staging/t1/raw/i/1', 'staging-clean') };
    await expect(hear('instance.received.v1', received)).rejects.toMatchObject({
      code: 'CRYPTO_OPEN_FAILED',
    });
    expect(await archived()).toEqual([]);
  });
});

describe('a scrubbed instance', () => {
  it('is sealed with the digest of what was released, and the way back beside it under its subject', async () => {
    const scrubbed = await scrub(await receive());
    const [clean, wayback] = await hear('instance.scrubbed.v1', scrubbed);
    expect(clean).toMatchObject({ objectKind: 'clean', plainDigest: scrubbed.cleanDigest });
    expect(clean?.archived.name).toBe(
      `archive/t1/clean/${scrubbed.instanceKey}/${scrubbed.contentKey}-${OUTCOME}`,
    );
    expect(wayback?.archived.name).toBe(`archive/t1/wayback/${scrubbed.subjectKey}/${RECORD}`);
    expect(await opened(clean!)).toBe(PLAIN.toString());
    expect(await opened(wayback!)).toBe('who it was');
  });

  it('without a way back is one object', async () => {
    const { wayback: _wayback, ...scrubbed } = await scrub(await receive());
    expect(await hear('instance.scrubbed.v1', scrubbed)).toHaveLength(1);
  });
});

describe('an inferred instance', () => {
  it('is sealed result by result, each under the name of its instance, content and making', async () => {
    const received = await receive();
    const made = (kind: string) => objectNames.stagedResult(received, `${OUTCOME}-${kind}`);
    const result = async (kind: 'seg' | 'sr') => ({
      kind,
      object: await put(made(kind), 'staging-result', Buffer.from(kind)),
      plainDigest: createHash('sha256').update(kind).digest('hex'),
      plainSizeBytes: kind.length,
    });
    const model = { name: 'm', version: '1', digest: 'd'.repeat(64) };
    const answers = [{ model, verdict: 'answered', results: [await result('seg'), await result('sr')] }];
    const sealed = await hear('instance.inferred.v1', { ...received, outcome: OUTCOME, answers });
    expect(sealed.map(({ objectKind, archived: { name } }) => [objectKind, name])).toEqual(
      ['seg', 'sr'].map((kind) => ['result', made(kind).replace('staging/', 'archive/')]),
    );
    expect(await Promise.all(sealed.map(opened))).toEqual(['seg', 'sr']);
  });

  it('that no model was made for leaves nothing to seal', async () => {
    const model = { name: 'm', version: '1', digest: 'd'.repeat(64) };
    const answers = [{ model, verdict: 'unfit', reason: 'modality', results: [] }];
    expect(await hear('instance.inferred.v1', { ...(await receive()), outcome: OUTCOME, answers })).toEqual(
      [],
    );
  });
});

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

describe('what shows why an instance was held', () => {
  const held = async () => {
    const received = await receive();
    const name = `staging/t1/quarantine/${received.instanceKey}/${received.contentKey}-${OUTCOME}`;
    const record = await put(name, 'staging-quarantine', Buffer.from('what a person is shown'));
    return { ...received, code: 'SCRUBBING_PIXELS_UNPROVEN', by: 'scrubbing', outcome: OUTCOME, record };
  };

  it('is sealed under its subject, so that it is erased with it, once', async () => {
    const quarantined = await held();
    const [sealed, ...more] = await hear('instance.quarantined.v1', quarantined);
    const { instanceKey, contentKey } = quarantined;
    expect(more).toEqual([]);
    expect(sealed).toMatchObject({ objectKind: 'quarantine', staged: quarantined.record, contentKey });
    expect(sealed?.archived.name).toBe(`archive/t1/quarantine/${instanceKey}/${contentKey}-${OUTCOME}`);
    expect(await opened(sealed!)).toBe('what a person is shown');
    await store.delete(quarantined.record.name);
    expect(await hear('instance.quarantined.v1', quarantined)).toEqual([sealed]);
  });

  it('is nothing where the event names no record', async () => {
    const { record: _record, ...without } = await held();
    expect(await hear('instance.quarantined.v1', without)).toEqual([]);
  });
});
