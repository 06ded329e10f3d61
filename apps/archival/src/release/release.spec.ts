import {
  canonicalJson,
  type EventData,
  objectNames,
  type ReleaseNote,
  type ReleaseProof,
  ReleaseProofV1,
  SluiceError,
} from '@sluice/contracts';
import { leafHash, rootFromPath } from '@sluice/crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archiveObject } from '../archive-object.js';
import { noteReceived } from '../rows/note-received.js';
import type { StudyRow } from '../rows/tables.js';
import { noteManifest, writeManifest } from '../sweep/manifest.js';
import { type ArchivalRoom, openArchivalRoom } from '../testing/archival-room.js';
import { sampleNote } from '../testing/sample-note.js';
import { noteScrubbed } from './note-scrubbed.js';
import { openRelease } from './open-release.js';

type Received = EventData<'instance.received.v1'>;
type Scrubbed = EventData<'instance.scrubbed.v1'>;

let room: ArchivalRoom;
let first: Received;
beforeEach(async () => {
  room = await openArchivalRoom();
  first = await room.receive(1);
});
afterEach(() => room.remove());

/** An instance of the first one's study, archived with a clean copy; `change` is done to what scrubbing says. */
async function archive(n: number, change: (said: Scrubbed) => Scrubbed = (said) => said): Promise<string> {
  const { studyKey, subjectKey } = first;
  const received = { ...(await room.receive(n)), studyKey, subjectKey };
  await noteReceived(room.tables, {
    id: `received-${n}`,
    type: 'instance.received.v1',
    source: 'intake',
    data: received,
  });
  const clean = await room.sealClean(received);
  const note = sampleNote(received, clean);
  await noteScrubbed(room, change({ ...room.scrubbed(received), clean: clean.staged, note }));
  await archiveObject(room, await room.sealRaw(received));
  await archiveObject(room, clean);
  return clean.archived.name;
}

const study = (): Promise<StudyRow> =>
  room.tables.selectFrom('archival_studies').selectAll().executeTakeFirstOrThrow();

async function nextManifest(): Promise<EventData<'study.archived.v1'>> {
  const row = await study();
  const event = await writeManifest(room, row);
  await noteManifest(room, event, row.changed_at);
  return event.data;
}

/** As anybody would with the public key alone. */
async function holds({ note, leaf, signed }: ReleaseProof): Promise<boolean> {
  const key = await room.keys.releaseKey();
  const path = leaf.path.map((hash) => Buffer.from(hash, 'hex'));
  const { index } = leaf;
  const root = rootFromPath(leafHash(Buffer.from(canonicalJson(note))), path, {
    index,
    size: signed.root.notes,
  });
  const message = Buffer.from(canonicalJson(signed.root));
  return (
    root?.toString('hex') === signed.root.root &&
    key.verifies(message, Buffer.from(signed.signature, 'base64'))
  );
}

describe('the notes of a study', () => {
  it('are under one signed root, together with the manifest', async () => {
    const names = [await archive(1), await archive(2), await archive(3)];
    const said = await nextManifest();
    const release = await openRelease(room, await study());
    expect([...release.keys()].sort()).toEqual(names.sort());
    for (const proof of release.values()) {
      expect(await holds(proof)).toBe(true);
      expect(ReleaseProofV1.safeParse(proof).success).toBe(true);
      expect(proof.signed.root).toMatchObject({ manifest: said.manifest.digest, version: 1, notes: 3 });
    }
    expect(said.release?.name).toBe(objectNames.release('t1', first.studyKey, 1));
  });

  it('are signed by one call, however many there are', async () => {
    for (const n of [1, 2, 3, 4]) await archive(n);
    let calls = 0;
    const signRelease = (message: Uint8Array) => (calls++, room.keys.signRelease(message));
    await writeManifest({ ...room, keys: { ...room.keys, signRelease } }, await study());
    expect(calls).toBe(1);
  });

  it('have another root when more come late; what was proven before still is', async () => {
    const name = await archive(1);
    await nextManifest();
    const before = (await openRelease(room, await study())).get(name);
    await archive(2);
    await nextManifest();
    const after = await openRelease(room, await study());
    expect([before?.signed.root.version, after.get(name)?.signed.root.version]).toEqual([1, 2]);
    expect(before?.note).toEqual(after.get(name)?.note);
    expect(before?.signed.root.root).not.toBe(after.get(name)?.signed.root.root);
    for (const proof of [before!, ...after.values()]) expect(await holds(proof)).toBe(true);
  });

  it('are none where nothing was released: the manifest is signed all the same', async () => {
    const received = await room.receive(2);
    await archiveObject(room, await room.sealRaw(received));
    const said = await nextManifest();
    expect(said.release).toBeDefined();
    expect(await openRelease(room, await study())).toEqual(new Map());
  });

  it('lack those that scrubbing said none of, from before there were notes', async () => {
    const old = await archive(1, ({ note: _note, ...said }) => said);
    const name = await archive(2);
    await nextManifest();
    const release = await openRelease(room, await study());
    expect([release.has(old), release.get(name)?.signed.root.notes]).toEqual([false, 1]);
  });

  it('are not there before the first manifest', async () => {
    await archive(1);
    expect(await openRelease(room, await study())).toEqual(new Map());
  });
});

describe('nothing is signed', () => {
  it('that describes other bytes than were read back', async () => {
    await archive(1, (said) => {
      const note = said.note as ReleaseNote;
      return { ...said, note: { ...note, after: { ...note.after, sha256: '0'.repeat(64) } } };
    });
    await expect(nextManifest()).rejects.toMatchObject({ code: 'ARCHIVAL_NOTE_INVALID', kind: 'permanent' });
  });

  it('and nothing written while the key service is away, however often it is tried', async () => {
    await archive(1);
    const signRelease = () => Promise.reject(new SluiceError('CRYPTO_KEYS_UNAVAILABLE'));
    const doors = { ...room, keys: { ...room.keys, signRelease } };
    for (let attempt = 0; attempt < 3; attempt += 1)
      await expect(writeManifest(doors, await study())).rejects.toMatchObject({
        code: 'CRYPTO_KEYS_UNAVAILABLE',
      });
    expect([
      ...(await room.names('archive/t1/manifest/')),
      ...(await room.names('archive/t1/release/')),
    ]).toEqual([]);
  });

  it('of a run that died between manifest and root: the next version is', async () => {
    await archive(1);
    const { manifest } = await writeManifest(room, await study()).then(({ data }) => data);
    await room.store.delete(objectNames.release('t1', first.studyKey, 1));
    const said = await nextManifest();
    expect([manifest.name.endsWith('/1'), said.version]).toEqual([true, 2]);
    for (const proof of (await openRelease(room, await study())).values())
      expect(await holds(proof)).toBe(true);
  });
});

describe('a note that lies in staging', () => {
  async function staged(note: unknown): Promise<Scrubbed['note']> {
    const bytes = Buffer.from(typeof note === 'string' ? note : canonicalJson(note));
    const sealed = room.keys.staging('t1', 'staging-clean').seal(
      (async function* () {
        yield bytes;
      })(),
    );
    return (await room.store.put(objectNames.stagedNote(first, '0123456789abcdef'), sealed)).ref;
  }
  async function said(note: (made: ReleaseNote) => unknown): Promise<Scrubbed> {
    const clean = await room.sealClean(first);
    return {
      ...room.scrubbed(first),
      clean: clean.staged,
      note: await staged(note(sampleNote(first, clean))),
    };
  }
  const kept = async () =>
    (await room.tables.selectFrom('archival_outcomes').select('note').executeTakeFirst())?.note;

  it('is kept, leaves staging, and is not missed when it is heard of again', async () => {
    const event = await said((note) => note);
    await noteScrubbed(room, event);
    expect(await kept()).toContain('release.note.v1');
    expect(await room.names('staging/t1/note/')).toEqual([]);
    await noteScrubbed(room, event);
    expect(await room.tables.selectFrom('archival_outcomes').selectAll().execute()).toHaveLength(1);
  });

  it('is missed when nothing was kept of it', async () => {
    const event = await said((note) => note);
    await room.store.delete(objectNames.stagedNote(first, '0123456789abcdef'));
    await expect(noteScrubbed(room, event)).rejects.toMatchObject({ code: 'STORE_OBJECT_MISSING' });
  });

  it.each([['no JSON'], [{ schema: 'release.note.v1' }]])(
    'is refused when it is none: %j',
    async (content) => {
      await expect(noteScrubbed(room, await said(() => content))).rejects.toMatchObject({
        code: 'ARCHIVAL_NOTE_INVALID',
      });
      expect(await kept()).toBeUndefined();
    },
  );
});
