import { objectNames } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archiveObject } from '../archive-object.js';
import { noteInferred } from '../rows/note-inferred.js';
import { noteOutcome } from '../rows/note-outcome.js';
import { noteReceived } from '../rows/note-received.js';
import { settle } from '../settle.js';
import { type ArchivalRoom, openArchivalRoom } from '../testing/archival-room.js';
import { deleteOrphans } from './delete-orphans.js';

let room: ArchivalRoom;
beforeEach(async () => {
  room = await openArchivalRoom();
});
afterEach(() => room.remove());

const sweep = () => deleteOrphans(room, { olderThanMs: -1_000, readUpTo: Date.now() + 1_000 });
const put = (name: string) => room.store.put(name, Buffer.from('left over'));

async function deliver() {
  const data = await room.receive(1);
  await noteReceived(room.tables, { id: 'received-1', type: 'instance.received.v1', source: 'intake', data });
  return data;
}

async function settled() {
  const received = await deliver();
  await archiveObject(room, await room.sealRaw(received));
  await noteOutcome(room.tables, room.scrubbed(received));
  const clean = await room.sealClean(received);
  await archiveObject(room, clean);
  await settle(room, received);
  expect(await room.names('staging/')).toEqual([]);
  return { received, clean };
}

describe('what a crashed run left in staging', () => {
  it('goes-when-it-is-a-clean-copy-of-a-settled-instance-that-is-archived-or-was-never-said', async () => {
    const { received, clean } = await settled();
    await put(clean.staged.name);
    await put(objectNames.stagedClean(received, 'f'.repeat(16)));
    expect(await sweep()).toBe(2);
  });

  it('stays-when-its-instance-is-unsettled-or-its-sealing-is-still-to-come', async () => {
    const { received } = await settled();
    const said = room.scrubbed(received);
    const later = { ...said.clean, name: objectNames.stagedClean(received, 'f'.repeat(16)) };
    await put(later.name);
    await noteOutcome(room.tables, { ...said, clean: later, outcome: 'f'.repeat(16) });
    expect(await sweep()).toBe(0);
    await room.tables.deleteFrom('archival_outcomes').execute();
    await room.tables.updateTable('archival_received').set({ settled_at: null }).execute();
    expect(await sweep()).toBe(0);
    await room.tables.updateTable('archival_received').set({ settled_at: 1 }).execute();
    expect(await sweep()).toBe(1);
  });

  it('goes-when-it-is-the-note-of-a-settled-instance-and-only-then', async () => {
    const { received } = await settled();
    await put(objectNames.stagedNote(received, 'f'.repeat(16)));
    await room.tables.updateTable('archival_received').set({ settled_at: null }).execute();
    expect(await sweep()).toBe(0);
    await room.tables.updateTable('archival_received').set({ settled_at: 1 }).execute();
    expect(await sweep()).toBe(1);
  });

  it('stays-when-it-is-a-clean-copy-that-inference-where-it-is-installed-has-not-settled-with', async () => {
    const { received, clean } = await settled();
    await put(clean.staged.name);
    const policy = { olderThanMs: -1_000, readUpTo: Date.now() + 1_000 };
    const installed = { ...room, awaitsInference: true };
    expect(await deleteOrphans(installed, policy)).toBe(0);
    await noteInferred(room.tables, room.inferred(received));
    expect(await deleteOrphans(installed, policy)).toBe(1);
  });

  it('goes-when-it-is-a-result-that-no-answer-names-though-inference-has-settled-and-only-then', async () => {
    const { received } = await settled();
    const [named, unnamed] = ['a', 'b'].map((one) =>
      objectNames.stagedResult(received, `${one.repeat(16)}-sr`),
    );
    await put(named!);
    await put(unnamed!);
    expect(await sweep()).toBe(0);
    const inferred = room.inferred(received);
    const result = {
      ...{ kind: 'sr' as const, plainDigest: 'd'.repeat(64), plainSizeBytes: 1 },
      object: { name: named!, digest: 'e'.repeat(64), sizeBytes: 1 },
    };
    await noteInferred(room.tables, {
      ...inferred,
      answers: [{ ...inferred.answers[0]!, results: [result] }],
    });
    await room.tables.updateTable('archival_received').set({ settled_at: null }).execute();
    expect(await sweep()).toBe(0);
    await room.tables.updateTable('archival_received').set({ settled_at: 1 }).execute();
    expect(await sweep()).toBe(1);
    expect(await room.names('staging/')).toEqual([named]);
  });

  it('stays-when-it-is-a-result-of-before-answers-were-kept-or-another-copy-is-still-to-be-looked-at', async () => {
    const { received } = await settled();
    await put(objectNames.stagedResult(received, `${'b'.repeat(16)}-sr`));
    await noteInferred(room.tables, room.inferred(received));
    await room.tables.updateTable('archival_inferred').set({ results: null }).execute();
    expect(await sweep()).toBe(0);
    await room.tables.updateTable('archival_inferred').set({ results: '[]' }).execute();
    const said = room.scrubbed(received);
    const later = { ...said.clean, name: objectNames.stagedClean(received, 'f'.repeat(16)) };
    await noteOutcome(room.tables, { ...said, clean: later, outcome: 'f'.repeat(16) });
    expect(await sweep()).toBe(0);
  });

  it('goes-when-it-is-a-way-back-that-is-archived-and-only-then', async () => {
    const { received, clean } = await settled();
    const name = objectNames.stagedWayback('t1', received.subjectKey, 'b'.repeat(64));
    await put(name);
    expect(await sweep()).toBe(0);
    const { ref } = await put(name.replace('staging/', 'archive/'));
    await room.tables
      .updateTable('archival_objects')
      .set({ kind: 'wayback', name: ref.name, digest: ref.digest })
      .where('name', '=', clean.archived.name)
      .execute();
    expect(await sweep()).toBe(1);
  });

  describe('stays, and is told, when a row describes its archived copy', () => {
    const OTHER = 'f'.repeat(16);
    const kinds = (received: Awaited<ReturnType<typeof deliver>>) => ({
      clean: objectNames.stagedClean(received, OTHER),
      quarantine: objectNames.stagedQuarantine(received, OTHER),
      wayback: objectNames.stagedWayback('t1', received.subjectKey, 'b'.repeat(64)),
      result: objectNames.stagedResult(received, `${OTHER}-sr`),
    });
    const swept = async () => {
      const lost: string[] = [];
      const onLost = (names: readonly string[]) => void lost.push(...names);
      const policy = { olderThanMs: -1_000, readUpTo: Date.now() + 1_000, onLost };
      return { deleted: await deleteOrphans(room, policy), lost };
    };

    it.each(['clean', 'quarantine', 'wayback', 'result'] as const)(
      'but-the-store-has-none-or-another (%s)',
      async (kind) => {
        const { received, clean } = await settled();
        // Inference has settled with every clean copy, and names no result.
        await noteInferred(room.tables, room.inferred(received));
        const name = kinds(received)[kind];
        const archived = name.replace('staging/', 'archive/');
        const { ref } = await put(name);
        await room.tables
          .updateTable('archival_objects')
          .set({ name: archived, digest: ref.digest })
          .where('name', '=', clean.archived.name)
          .execute();
        expect(await swept()).toEqual({ deleted: 0, lost: [name] });
        await room.store.put(archived, Buffer.from('another'));
        expect(await swept()).toEqual({ deleted: 0, lost: [name] });
        await room.store.delete(archived);
        await put(archived);
        expect(await swept()).toEqual({ deleted: 1, lost: [] });
      },
    );
  });

  it('goes-when-it-is-the-list-of-a-batch-that-was-never-said', async () => {
    const [said, unsaid] = ['1', '2'].map((key) => objectNames.stagedBatch('t1', key.repeat(32)));
    await put(said!);
    await put(unsaid!);
    const row = { batch_key: '1'.repeat(32), tenant: 't1', study_key: 'c'.repeat(64), instances: 1 };
    await room.tables
      .insertInto('archival_batches')
      .values({ ...row, list_name: said!, closed_at: Date.now() })
      .execute();
    expect(await sweep()).toBe(1);
    expect(await room.names('staging/')).toEqual([said]);
  });

  it('stays-when-nobody-knows-what-it-is', async () => {
    await put('staging/t1/result/x/y');
    expect(await sweep()).toBe(0);
  });
});
