import { type EventData, objectNames } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ArchivalDoors } from './doors.js';
import { archivalStage } from './stage.js';
import { type ArchivalRoom, openArchivalRoom } from './testing/archival-room.js';

type Received = EventData<'instance.received.v1'>;

let room: ArchivalRoom;
beforeEach(async () => {
  room = await openArchivalRoom();
});
afterEach(() => room.remove());

/** The stage hears one event after the other, as if from the corridor. */
function hear(...said: readonly [type: string, data: object][]): Promise<void> {
  return hearIn(room, ...said);
}

async function hearIn(doors: ArchivalDoors, ...said: readonly [type: string, data: object][]): Promise<void> {
  const audit = { record: () => Promise.reject(new Error('nothing is recorded here')) };
  const stage = archivalStage(doors, {
    audit: audit as never,
    bus: { ensureTopics: () => Promise.resolve() },
  });
  for (const [type, data] of said)
    await stage.handle({ id: 'x'.repeat(8), type, source: 'intake', data } as Parameters<
      typeof stage.handle
    >[0]);
}

const isStaged = (received: Received) => room.exists(received.object.name);
async function unsettled(): Promise<number> {
  const rows = await room.tables
    .selectFrom('archival_received')
    .select('attempt')
    .where('settled_at', 'is', null)
    .execute();
  return rows.length;
}

describe('a staged delivery leaves staging', () => {
  it('when its raw copy is archived and it was quarantined', async () => {
    const received = await room.receive(1);
    const sealed = await room.sealRaw(received);
    await hear(['instance.received.v1', received], ['object.sealed.v1', sealed]);
    expect([await isStaged(received), await unsettled()]).toEqual([true, 1]);
    await hear(['instance.quarantined.v1', room.quarantined(received)]);
    expect([await isStaged(received), await unsettled()]).toEqual([false, 0]);
  });

  it('when raw and clean copies are archived, whatever came first', async () => {
    const received = await room.receive(1);
    const [raw, clean] = [await room.sealRaw(received), await room.sealClean(received)];
    const events = [
      ['instance.scrubbed.v1', room.scrubbed(received)],
      ['object.sealed.v1', clean],
      ['object.sealed.v1', raw],
      ['instance.received.v1', received],
    ] as const;
    for (const [at, event] of events.entries()) {
      expect(await isStaged(received)).toBe(true);
      await hear([...event]);
      if (at === 1) expect(await room.exists(clean.staged.name)).toBe(false);
    }
    expect([await isStaged(received), await unsettled()]).toEqual([false, 0]);
  });

  it('not while its clean copy waits', async () => {
    const received = await room.receive(1);
    await hear(
      ['instance.received.v1', received],
      ['object.sealed.v1', await room.sealRaw(received)],
      ['instance.scrubbed.v1', room.scrubbed(received)],
    );
    expect([await isStaged(received), await unsettled()]).toEqual([true, 1]);
  });

  it('not on the word of another content of the same instance', async () => {
    const [first, other] = [await room.receive(1), await room.receive(1, 'b')];
    await hear(
      ['instance.received.v1', first],
      ['instance.received.v1', other],
      ['object.sealed.v1', await room.sealRaw(first)],
      ['object.sealed.v1', await room.sealRaw(other)],
      ['instance.quarantined.v1', room.quarantined(other)],
    );
    expect([await isStaged(first), await isStaged(other)]).toEqual([true, false]);
  });

  it('with every delivery of its content', async () => {
    const first = await room.receive(1);
    const second = {
      ...first,
      attempt: 'f'.repeat(32),
      object: { ...first.object, name: `${first.object.name}-again` },
    };
    await room.store.put(second.object.name, Buffer.from('the same again'));
    await hear(
      ['instance.received.v1', first],
      ['object.sealed.v1', await room.sealRaw(first)],
      ['instance.quarantined.v1', room.quarantined(first)],
      ['instance.received.v1', second],
    );
    expect([await isStaged(first), await isStaged(second), await unsettled()]).toEqual([false, false, 0]);
  });
});

describe('a delivery of what the store has lost since it was archived', () => {
  /** The same content once more, as its sender sends it again. */
  async function resent(received: Received): Promise<Received> {
    const { object } = await room.receive(1);
    const name = objectNames.stagedRaw(received, 'f'.repeat(32));
    const bytes = Buffer.concat(await Array.fromAsync(await room.store.get(object)));
    await room.store.delete(object.name);
    return { ...received, attempt: 'f'.repeat(32), object: (await room.store.put(name, bytes)).ref };
  }

  it('stays staged until it is sealed anew, and then is settled', async () => {
    const received = await room.receive(1);
    const raw = await room.sealRaw(received);
    await hear(
      ['instance.received.v1', received],
      ['object.sealed.v1', raw],
      ['instance.quarantined.v1', room.quarantined(received)],
    );
    expect([await isStaged(received), await unsettled()]).toEqual([false, 0]);
    await room.store.delete(raw.archived.name);
    const again = await resent(received);
    await hear(
      ['instance.received.v1', again],
      ['instance.quarantined.v1', room.quarantined(again)],
      ['object.sealed.v1', raw],
    );
    expect([await isStaged(again), await unsettled()]).toEqual([true, 1]);
    await hear(['object.sealed.v1', await room.sealRaw(again)]);
    expect([await isStaged(again), await unsettled()]).toEqual([false, 0]);
  });

  it('stays staged as a clean copy that inference has settled with, too', async () => {
    const inference = { ...room, awaitsInference: true };
    const received = await room.receive(1);
    const clean = await room.sealClean(received);
    const inferred: [string, object] = ['instance.inferred.v1', room.inferred(received)];
    await hearIn(inference, ['object.sealed.v1', clean], inferred);
    expect(await room.exists(clean.staged.name)).toBe(false);
    await room.store.delete(clean.archived.name);
    const again = await room.sealClean(received);
    await hearIn(inference, inferred);
    expect(await room.exists(clean.staged.name)).toBe(true);
    await hearIn(inference, ['object.sealed.v1', again]);
    expect(await room.exists(clean.staged.name)).toBe(false);
  });

  it('stays staged as what shows why it was held, too', async () => {
    const { objectKind: _clean, ...sealed } = await room.sealClean(await room.receive(1));
    const held = { ...sealed, objectKind: 'quarantine' };
    const bytes = Buffer.concat(await Array.fromAsync(await room.store.get(sealed.staged)));
    await hear(['object.sealed.v1', held]);
    expect(await room.exists(sealed.staged.name)).toBe(false);
    await room.store.delete(sealed.archived.name);
    await room.store.put(sealed.staged.name, bytes);
    await hear(['object.sealed.v1', held]);
    expect(await room.exists(sealed.staged.name)).toBe(true);
  });
});

describe('a staged clean copy, where inference is installed', () => {
  const installed = () => ({ ...room, awaitsInference: true });

  it('stays until inference has settled with it, and then goes with the next word of its content', async () => {
    const received = await room.receive(1);
    const clean = await room.sealClean(received);
    await hearIn(
      installed(),
      ['instance.received.v1', received],
      ['object.sealed.v1', await room.sealRaw(received)],
      ['instance.scrubbed.v1', room.scrubbed(received)],
      ['object.sealed.v1', clean],
    );
    expect([await room.exists(clean.staged.name), await isStaged(received), await unsettled()]).toEqual([
      true,
      false,
      0,
    ]);
    await hearIn(installed(), ['instance.inferred.v1', room.inferred(received)]);
    expect(await room.exists(clean.staged.name)).toBe(false);
  });

  it('goes at once when inference was faster than its archive copy', async () => {
    const received = await room.receive(1);
    const clean = await room.sealClean(received);
    await hearIn(
      installed(),
      ['instance.inferred.v1', room.inferred(received)],
      ['instance.inferred.v1', room.inferred(received)],
      ['object.sealed.v1', clean],
    );
    expect(await room.exists(clean.staged.name)).toBe(false);
  });
});

describe('what shows why an instance was held', () => {
  it('is archived before its delivery leaves staging', async () => {
    const received = await room.receive(1);
    const record = { name: 'staging/t1/quarantine/i/1', digest: 'a'.repeat(64), sizeBytes: 1 };
    await hear(
      ['instance.received.v1', received],
      ['object.sealed.v1', await room.sealRaw(received)],
      ['instance.quarantined.v1', { ...room.quarantined(received), record }],
    );
    expect([await isStaged(received), await unsettled()]).toEqual([true, 1]);
    const archived = { ...(await room.sealRaw(received)), objectKind: 'quarantine', staged: record };
    const name = `archive/t1/quarantine/${received.instanceKey}/${received.contentKey}-0123456789abcdef`;
    const sealer = await room.keys.subject('t1', received.subjectKey).archive(name, received.contentKey);
    const { ref } = await room.store.put(name, sealer.seal(once(Buffer.from('{}'))));
    await hear(['object.sealed.v1', { ...archived, archived: ref }]);
    expect([await isStaged(received), await unsettled()]).toEqual([false, 0]);
  });
});

describe('a delivery that was staged again for a decision', () => {
  it('waits for the verdict on that decision, whatever was said of its content before', async () => {
    const [received, again] = [await room.receive(1), await room.receive(1)];
    const id = 'f'.repeat(32);
    const object = { ...again.object, name: `${again.object.name}-again` };
    await room.store.put(object.name, Buffer.from('the same again'));
    const released = { ...received, attempt: id, object, release: { id, rectangles: [] } };
    await hear(
      ['instance.received.v1', received],
      ['object.sealed.v1', await room.sealRaw(received)],
      ['instance.quarantined.v1', room.quarantined(received)],
      ['instance.received.v1', released],
    );
    expect([await isStaged(released), await unsettled()]).toEqual([true, 1]);
    await hear([
      'instance.quarantined.v1',
      { ...room.quarantined(received), outcome: 'f'.repeat(16), decision: id },
    ]);
    expect([await isStaged(released), await unsettled()]).toEqual([false, 0]);
  });
});

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
