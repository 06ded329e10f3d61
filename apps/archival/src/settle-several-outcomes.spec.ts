import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archiveObject } from './archive-object.js';
import { noteOutcome } from './rows/note-outcome.js';
import { noteReceived } from './rows/note-received.js';
import { settle } from './settle.js';
import { writeManifest } from './sweep/manifest.js';
import { openArchived } from './open-archived.js';
import { type ArchivalRoom, openArchivalRoom } from './testing/archival-room.js';

let room: ArchivalRoom;
beforeEach(async () => {
  room = await openArchivalRoom();
});
afterEach(() => room.remove());

/** As if the profile had changed: the content has an outcome of the old one, whose copy never came, and one of the new. */
async function outcomesOf(order: readonly ('old' | 'new')[]) {
  const received = await room.receive(1);
  const event = { id: 'received-1', type: 'instance.received.v1', source: 'intake', data: received } as const;
  await noteReceived(room.tables, event);
  const said = room.scrubbed(received);
  const clean = await room.sealClean(received);
  const old = { ...said, outcome: 'f'.repeat(16), clean: { ...said.clean, name: `${said.clean.name}-old` } };
  for (const which of order)
    await noteOutcome(room.tables, which === 'old' ? old : { ...said, clean: clean.staged });
  await archiveObject(room, await room.sealRaw(received));
  return { received, clean, old };
}

describe('a content with several outcomes', () => {
  it.each([[['old', 'new'] as const], [['new', 'old'] as const]])(
    'is-settled-when-one-of-them-is-archived: %s',
    async (order) => {
      const { received, clean } = await outcomesOf(order);
      expect(await room.exists(received.object.name)).toBe(true);
      await archiveObject(room, clean);
      expect(await room.exists(received.object.name)).toBe(false);
    },
  );

  it('is-not-settled-by-the-copy-of-another-outcome', async () => {
    const { received, clean, old } = await outcomesOf(['old']);
    await archiveObject(room, clean);
    await settle(room, received);
    expect(await room.exists(received.object.name)).toBe(true);
    await noteOutcome(room.tables, { ...old, clean: clean.staged, outcome: 'e'.repeat(16) });
    await settle(room, received);
    expect(await room.exists(received.object.name)).toBe(false);
  });

  it('has-the-newest-one-in-its-manifest', async () => {
    const { received, clean } = await outcomesOf(['old', 'new']);
    await room.tables
      .updateTable('archival_outcomes')
      .set({ verdict: 'quarantined', code: 'SCRUBBING_CONFLICT', at: Date.now() + 1_000 })
      .where('outcome', '=', 'f'.repeat(16))
      .execute();
    await archiveObject(room, clean);
    const study = await room.tables.selectFrom('archival_studies').selectAll().executeTakeFirstOrThrow();
    const { data } = await writeManifest(room, study);
    const { tenant, subjectKey } = received;
    const object = { tenant, subjectKey, contentKey: 'manifest', archived: data.manifest };
    const manifest = Buffer.concat(await Array.fromAsync(await openArchived(room, object))).toString();
    expect(manifest).toContain('SCRUBBING_CONFLICT');
  });
});
