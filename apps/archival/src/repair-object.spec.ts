import type { EventData } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archiveObject } from './archive-object.js';
import { noteReceived } from './rows/note-received.js';
import { type ArchivalRoom, openArchivalRoom } from './testing/archival-room.js';

type Sealed = EventData<'object.sealed.v1'>;

let room: ArchivalRoom;
beforeEach(async () => {
  room = await openArchivalRoom();
});
afterEach(() => room.remove());

async function receive() {
  const data = await room.receive(1);
  const event = { id: 'received-1', type: 'instance.received.v1', source: 'intake', data } as const;
  await noteReceived(room.tables, event);
  return event;
}

/** Other bytes under its name, and an event that agrees with them: as encryption says it when it finds the name taken. */
async function damaged(sealed: Sealed): Promise<Sealed> {
  await room.store.delete(sealed.archived.name);
  const { ref } = await room.store.put(sealed.archived.name, Buffer.from('no sealed object'));
  return { ...sealed, archived: ref };
}

describe('an object that is damaged before it is indexed', () => {
  it('is-removed-and-its-delivery-said-again-so-that-it-is-sealed-anew', async () => {
    const event = await receive();
    const sealed = await damaged(await room.sealRaw(event.data));
    expect(await archiveObject(room, sealed)).toEqual([{ ...event, source: 'archival' }]);
    expect(await room.exists(sealed.archived.name)).toBe(false);
    const [archived] = await archiveObject(room, await room.sealRaw(event.data));
    expect(archived?.type).toBe('instance.archived.v1');
  });

  it('is-also-repaired-when-it-is-a-clean-one', async () => {
    const event = await receive();
    const first = await room.sealClean(event.data);
    expect(await archiveObject(room, await damaged(first))).toEqual([{ ...event, source: 'archival' }]);
    expect(await archiveObject(room, await room.sealClean(event.data))).toHaveLength(2);
    const late = { ...first, archived: { ...first.archived, digest: '0'.repeat(64) } };
    expect(await archiveObject(room, late)).toHaveLength(2);
  });

  it('ends-as-a-dead-letter-when-it-never-verifies', async () => {
    const event = await receive();
    const wrong = { ...event.data, contentKey: '0'.repeat(64) };
    for (let repair = 0; repair < 2; repair += 1)
      expect(await archiveObject(room, await room.sealRaw(wrong))).toMatchObject([{ id: event.id }]);
    const sealed = await room.sealRaw(wrong);
    await expect(archiveObject(room, sealed)).rejects.toMatchObject({ code: 'ARCHIVAL_VERIFY_FAILED' });
    expect(await room.exists(sealed.archived.name)).toBe(true);
    expect(await room.exists(event.data.object.name)).toBe(true);
  });

  it.each(['missing', 'damaged'])('stays-when-its-staged-copy-is-%s', async (how) => {
    const sealed = await damaged(await room.sealRaw((await receive()).data));
    await room.store.delete(sealed.staged.name);
    if (how === 'damaged') await room.store.put(sealed.staged.name, Buffer.from('other bytes'));
    await expect(archiveObject(room, sealed)).rejects.toMatchObject({ kind: 'permanent' });
    expect(await room.exists(sealed.archived.name)).toBe(true);
  });
});
