import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventData } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archiveObject } from './archive-object.js';
import { openArchived } from './open-archived.js';
import { noteReceived } from './rows/note-received.js';
import { type ArchivalRoom, openArchivalRoom } from './testing/archival-room.js';

let room: ArchivalRoom;
beforeEach(async () => {
  room = await openArchivalRoom();
});
afterEach(() => room.remove());

const indexed = () => room.tables.selectFrom('archival_objects').selectAll().execute();

describe('a sealed object', () => {
  it('is opened, indexed and announced without a word of where it was staged', async () => {
    const received = await room.receive(1);
    const sealed = await room.sealRaw(received);
    const [said, ...more] = await archiveObject(room, sealed);
    expect(more).toEqual([]);
    expect(said).toMatchObject({
      type: 'instance.archived.v1',
      data: { objectKind: 'raw', archived: sealed.archived },
    });
    expect(said?.data).not.toHaveProperty('staged');
    expect(await indexed()).toMatchObject([
      { name: sealed.archived.name, kind: 'raw', digest: sealed.archived.digest },
    ]);
  });

  it('that is clean is told to analytics as well', async () => {
    const sealed = await room.sealClean(await room.receive(1));
    const said = await archiveObject(room, sealed);
    expect(said.map((event) => event.type)).toEqual(['instance.archived.v1', 'deid.instance.v1']);
  });

  it('that comes again is announced in the same words, indexed once', async () => {
    for (const sealed of [
      await room.sealRaw(await room.receive(1)),
      await room.sealClean(await room.receive(2)),
    ]) {
      const first = await archiveObject(room, sealed);
      expect(await archiveObject(room, sealed)).toEqual(first);
    }
    expect(await indexed()).toHaveLength(2);
  });
});

describe('what does not verify is no archived object: no row, nothing said, the staged copy kept', () => {
  async function expectRefused(sealed: EventData<'object.sealed.v1'>, code: string): Promise<void> {
    await expect(archiveObject(room, sealed)).rejects.toMatchObject({ code, kind: 'permanent' });
    expect(await indexed()).toEqual([]);
    expect(await room.exists(sealed.staged.name)).toBe(true);
  }

  it('one byte of the archived object differs', async () => {
    const sealed = await room.sealRaw(await room.receive(1));
    await flipByte(sealed.archived.name);
    await expectRefused(sealed, 'STORE_DIGEST_MISMATCH');
  });

  it('one byte differs and the event agrees with it', async () => {
    const sealed = await room.sealRaw(await room.receive(1));
    await flipByte(sealed.archived.name);
    const archived = await room.store.describe(sealed.archived.name);
    await expectRefused({ ...sealed, archived: archived! }, 'CRYPTO_OPEN_FAILED');
  });

  it('the object is missing', async () => {
    const sealed = await room.sealRaw(await room.receive(1));
    await room.store.delete(sealed.archived.name);
    await expectRefused(sealed, 'STORE_OBJECT_MISSING');
  });

  it('the data set is not the one that was received', async () => {
    const received = await room.receive(1);
    const sealed = await room.sealRaw({ ...received, contentKey: '0'.repeat(64) });
    await expectRefused(sealed, 'ARCHIVAL_VERIFY_FAILED');
  });

  it('the released bytes are not those that scrubbing wrote', async () => {
    const sealed = await room.sealClean(await room.receive(1));
    await expectRefused({ ...sealed, plainDigest: '0'.repeat(64) }, 'ARCHIVAL_VERIFY_FAILED');
  });

  it('the object belongs to another subject', async () => {
    const sealed = await room.sealRaw(await room.receive(1));
    await expectRefused({ ...sealed, subjectKey: '0'.repeat(64) }, 'CRYPTO_SECRET_MISSING');
  });
});

describe('an indexed object that the store lost', () => {
  it('and that was sent again takes over its row, and its study gets another manifest', async () => {
    for (const seal of [room.sealRaw, room.sealClean]) {
      const received = await room.receive(1);
      const first = await seal(received);
      await archiveObject(room, first);
      await room.tables.updateTable('archival_studies').set({ changed_at: 1, manifest_at: 1 }).execute();
      await room.store.delete(first.archived.name);
      const again = { ...(await seal(await room.receive(1))), attempt: 'b'.repeat(32) };
      expect(again.archived.digest).not.toBe(first.archived.digest);
      expect((await archiveObject(room, again))[0]?.data).toMatchObject({ archived: again.archived });
      const row = (await indexed()).find(({ name }) => name === first.archived.name);
      expect(row?.digest).toBe(again.archived.digest);
      await expect(Array.fromAsync(await openArchived(room, again))).resolves.not.toEqual([]);
      const { changed_at: changedAt } = await room.tables
        .selectFrom('archival_studies')
        .selectAll()
        .executeTakeFirstOrThrow();
      expect(changedAt).toBeGreaterThan(1);
    }
  });

  it('keeps its row while what stands under its name does not open, and is not deleted', async () => {
    const received = await room.receive(1);
    const first = await room.sealRaw(received);
    await archiveObject(room, first);
    await room.store.delete(first.archived.name);
    const again = await room.sealRaw(await room.receive(1));
    await flipByte(again.archived.name);
    const archived = (await room.store.describe(again.archived.name))!;
    await expect(archiveObject(room, { ...again, archived })).rejects.toMatchObject({
      code: 'CRYPTO_OPEN_FAILED',
    });
    expect(await indexed()).toMatchObject([{ digest: first.archived.digest }]);
    expect(await room.exists(archived.name)).toBe(true);
  });

  it('is not what an event from before its repair says', async () => {
    const sealed = await room.sealRaw(await room.receive(1));
    await archiveObject(room, sealed);
    const older = { ...sealed, archived: { ...sealed.archived, digest: '0'.repeat(64) } };
    expect((await archiveObject(room, older))[0]?.data).toMatchObject({ archived: sealed.archived });
    expect(await indexed()).toMatchObject([{ digest: sealed.archived.digest }]);
  });
});

it('an archived object opens as what was staged', async () => {
  const received = await room.receive(1);
  await noteReceived(room.tables, {
    id: 'received-1',
    type: 'instance.received.v1',
    source: 'intake',
    data: received,
  });
  const sealed = await room.sealRaw(received);
  await archiveObject(room, sealed);
  const opened = Buffer.concat(await Array.fromAsync(await openArchived(room, sealed)));
  expect(opened.subarray(128, 132).toString()).toBe('DICM');
});

/** The twin's objects are files, the last two parts of a name in one: here the disk damages one of them. */
async function flipByte(name: string): Promise<void> {
  const file = join(room.storeFolder, name.replace(/\/([^/]+)$/, '@$1'));
  const bytes = await readFile(file);
  const at = bytes.length - 40;
  bytes[at] = bytes[at]! ^ 1;
  await writeFile(file, bytes);
}
