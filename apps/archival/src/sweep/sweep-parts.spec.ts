import type { EventData, SluiceEvent } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archiveObject } from '../archive-object.js';
import { openArchived } from '../open-archived.js';
import { deleteLists, noteBatch } from '../rows/note-batch.js';
import { noteOutcome } from '../rows/note-outcome.js';
import { noteReceived } from '../rows/note-received.js';
import { settle } from '../settle.js';
import { type ArchivalRoom, openArchivalRoom } from '../testing/archival-room.js';
import { deleteOrphans } from './delete-orphans.js';
import { noteManifest, writeManifest } from './manifest.js';
import { quietStudies } from './quiet-studies.js';

type Received = EventData<'instance.received.v1'>;

let room: ArchivalRoom;
beforeEach(async () => {
  room = await openArchivalRoom();
});
afterEach(() => room.remove());

const eventOf = (data: Received): SluiceEvent<'instance.received.v1'> => ({
  id: `received-${data.attempt}`,
  type: 'instance.received.v1',
  source: 'intake',
  data,
});
const note = (data: Received) => noteReceived(room.tables, eventOf(data));
const HOUR = 3_600_000;

async function archiveWhole(received: Received): Promise<void> {
  await note(received);
  await archiveObject(room, await room.sealRaw(received));
  await noteOutcome(room.tables, room.quarantined(received));
  await settle(room, received);
}

describe('a study', () => {
  const policy = { quietMs: 0, overdueMs: HOUR };
  const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

  it('has its manifest when it is quiet and settled, one version more for what comes late', async () => {
    await archiveWhole(await room.receive(1));
    await soon();
    const [study] = await quietStudies(room, policy);
    const first = await writeManifest(room, study!);
    await noteManifest(room, first, study!.changed_at);
    expect(await quietStudies(room, policy)).toEqual([]);
    await archiveWhole({
      ...(await room.receive(2)),
      studyKey: study!.study_key,
      subjectKey: study!.subject_key,
    });
    await soon();
    const [grown] = await quietStudies(room, policy);
    const second = await writeManifest(room, grown!);
    expect([first.data.version, second.data.version]).toEqual([1, 2]);
    expect(second.data.counts).toEqual({ instances: 2, clean: 0, quarantined: 2 });
    expect((await manifestOf(second.data)).instances).toHaveLength(2);
    expect((await manifestOf(first.data)).instances).toHaveLength(1);
  });

  it('waits while it is not quiet, or something is unsettled, but not for ever', async () => {
    await note(await room.receive(1));
    await soon();
    expect(await quietStudies(room, policy)).toEqual([]);
    expect(await quietStudies(room, { quietMs: 0, overdueMs: 1 })).toHaveLength(1);
    expect(await quietStudies(room, { quietMs: HOUR, overdueMs: 1 })).toEqual([]);
  });

  it('takes the next number when a crashed run left a manifest behind', async () => {
    await archiveWhole(await room.receive(1));
    await soon();
    const [study] = await quietStudies(room, policy);
    const crashed = await writeManifest(room, study!);
    const next = await writeManifest(room, study!);
    expect([crashed.data.version, next.data.version]).toEqual([1, 2]);
  });

  async function manifestOf(data: EventData<'study.archived.v1'>): Promise<{ instances: unknown[] }> {
    const { tenant, subjectKey, manifest: archived } = data;
    const opened = await openArchived(room, { tenant, subjectKey, contentKey: 'manifest', archived });
    return JSON.parse(Buffer.concat(await Array.fromAsync(opened)).toString()) as { instances: unknown[] };
  }
});

describe('a staged object', () => {
  const all = () => ({ olderThanMs: -1000, readUpTo: Date.now() + 1000 });

  it('that no event names is deleted, one that a row names stays', async () => {
    const [named, orphan] = [await room.receive(1), await room.receive(2)];
    await note(named);
    expect(await deleteOrphans(room, all())).toBe(1);
    expect([await room.exists(named.object.name), await room.exists(orphan.object.name)]).toEqual([
      true,
      false,
    ]);
  });

  it('stays while it is young, or while archival has not read past it', async () => {
    await room.receive(1);
    expect(await deleteOrphans(room, { olderThanMs: HOUR, readUpTo: Date.now() + 1000 })).toBe(0);
    expect(await deleteOrphans(room, { olderThanMs: -1000, readUpTo: Date.now() - HOUR })).toBe(0);
    expect(await room.names('staging/t1/raw/')).toHaveLength(1);
  });

  it('of another kind is no orphan while its delivery is unsettled: its own event may still come', async () => {
    const received = await room.receive(1);
    await note(received);
    const sealed = await room.sealClean(received);
    await deleteOrphans(room, all());
    expect(await room.exists(sealed.staged.name)).toBe(true);
  });

  it('beyond one page is looked at too', async () => {
    for (let n = 0; n < 205; n += 1) await room.store.put(`staging/t1/raw/${n}/x`, Buffer.from('x'));
    expect(await deleteOrphans(room, all())).toBe(205);
    expect(await room.names('staging/')).toEqual([]);
  });
});

describe('the list of a batch', () => {
  it('stays until it is old, and goes with its row', async () => {
    const { ref: list } = await room.store.put('staging/t1/batch/b/s', Buffer.from('list'));
    const batch: EventData<'batch.closed.v1'> = {
      tenant: 't1',
      batchKey: 'b'.repeat(32),
      studyKey: 'c'.repeat(64),
      series: [{ seriesKey: 'd'.repeat(64), instances: 1 }],
      seriesTotal: 1,
      instances: 1,
      list,
      peer: 'ct1',
      closedAt: '2026-01-01T00:00:00.000Z',
    };
    await noteBatch(room.tables, batch);
    await noteBatch(room.tables, batch);
    await deleteLists(room, Date.parse(batch.closedAt));
    expect(await room.exists(list.name)).toBe(true);
    await deleteLists(room, Date.parse(batch.closedAt) + 1);
    expect(await room.exists(list.name)).toBe(false);
    expect(await room.tables.selectFrom('archival_batches').selectAll().execute()).toEqual([]);
  });
});
