import { randomBytes } from 'node:crypto';
import { carryOutDecision } from '@sluice/archival/carry-out-decision';
import { noteOutcome } from '@sluice/archival/rows/note-outcome';
import { noteReceived } from '@sluice/archival/rows/note-received';
import { archiveObject } from '@sluice/archival/archive-object';
import { type ArchivalRoom, openArchivalRoom } from '@sluice/archival/testing/archival-room';
import { objectNames, SluiceError, type SluiceEvent } from '@sluice/contracts';
import { readPeers } from '@sluice/intake/peers';
import { freshUid, type MadeFields, madeImage } from '@sluice/intake/testing/made-image';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type AnnounceCount,
  type AnnounceDoors,
  announceStaged,
  type AnnounceTerms,
} from './announce-staged.js';
import { sendersOf } from './senders.js';

type Received = SluiceEvent<'instance.received.v1'>;

const PEERS = readPeers(
  JSON.stringify([
    { name: 'ct-1', tenant: 't1', aeTitle: 'CT1', issuer: 'a' },
    { name: 'mr-1', tenant: 't2', aeTitle: 'MR1', issuer: 'b' },
  ]),
);
const NONE: AnnounceCount = { announced: 0, refused: 0, releases: 0, young: 0, forgotten: 0, known: 0 };

let room: ArchivalRoom;
let said: Received[];
let refused: string[];
beforeEach(async () => {
  room = await openArchivalRoom();
  for (const tenant of ['t1', 't2']) await room.keys.tenant(tenant, ['tenant-identity', 'tenant-content']);
  [said, refused] = [[], []];
});
afterEach(() => room.remove());

const bus: AnnounceDoors['bus'] = {
  publish: async (events) => void said.push(...(events as Received[])),
  lag: () => Promise.resolve({ 'instance.received': 0 }),
};
const termsOf = (peers = PEERS, named?: string): AnnounceTerms => ({
  sendersOf: sendersOf(peers, named),
  // What was staged a moment ago is old enough, whatever the clock of the disk is.
  olderThanMs: -60_000,
  forgotten: new Set(),
  left: (name, why) => refused.push(`${why} ${name}`),
});
const announceIn = (doors: Partial<AnnounceDoors> = {}, peers = PEERS, named?: string) =>
  announceStaged({ ...room, bus, ...doors }, termsOf(peers, named));

/** As intake stages it; returns the name. */
async function stage(tenant: string, fields: Partial<MadeFields> = {}): Promise<string> {
  const sopInstanceUID = freshUid();
  const image = madeImage({ sopInstanceUID, ...fields });
  const tenantKeys = await room.keys.tenant(tenant, ['tenant-identity']);
  const instanceKey = tenantKeys.identity('instance', tenant, sopInstanceUID);
  const name = objectNames.stagedRaw({ tenant, instanceKey }, randomBytes(16).toString('hex'));
  const sealed = room.keys.staging(tenant, 'staging-raw').seal(once(image.part10()));
  await room.store.put(name, sealed);
  return name;
}

describe('staged deliveries without a row', () => {
  it('are announced, each under its own tenant, and not once more when they have their rows', async () => {
    const names = [await stage('t1'), await stage('t2')];
    expect(await announceIn()).toEqual({ ...NONE, announced: 2 });
    expect(said.map(({ data }) => data.object.name).toSorted()).toEqual(names.toSorted());
    expect(said.map(({ data }) => `${data.tenant} ${data.peer}`).toSorted()).toEqual(['t1 ct-1', 't2 mr-1']);
    for (const event of said) await noteReceived(room.tables, event);
    expect(await announceIn()).toEqual(NONE);
    expect(said).toHaveLength(2);
  });

  it('are named and left where they are not what their names say', async () => {
    const { object } = await room.receive(1);
    const good = await stage('t2');
    expect(await announceIn()).toEqual({ ...NONE, announced: 1, refused: 1 });
    expect(said.map(({ data }) => data.object.name)).toEqual([good]);
    expect(refused).toEqual([`INTAKE_NAME_DIFFERS ${object.name}`]);
    expect(await room.exists(object.name)).toBe(true);
  });

  it('are left and named where they are of who was forgotten', async () => {
    const gone = await stage('t1');
    await announceIn();
    const [first] = said.splice(0);
    const others = [await stage('t1', { patientId: 'somebody else' }), await stage('t2')];
    const forgotten = new Set([`t1 ${first!.data.subjectKey}`]);
    const count = await announceStaged({ ...room, bus }, { ...termsOf(), forgotten });
    expect(count).toEqual({ ...NONE, announced: 2, forgotten: 1 });
    expect(said.map(({ data }) => data.object.name).toSorted()).toEqual(others.toSorted());
    expect([refused, await room.exists(gone)]).toEqual([[`forgotten ${gone}`], true]);
  });

  it('wait for the next run where a door is ill', async () => {
    await stage('t1');
    const ill = { publish: () => Promise.reject(new SluiceError('BUS_UNAVAILABLE')) };
    await expect(announceIn({ bus: { ...bus, ...ill } })).rejects.toMatchObject({ code: 'BUS_UNAVAILABLE' });
    expect(refused).toEqual([]);
    expect(await announceIn()).toEqual({ ...NONE, announced: 1 });
  });
});

describe('what is on its way', () => {
  it.each<Record<string, number>>([{ 'instance.received': 200 }, {}])(
    'is left to archival while that is behind: %o',
    async (lag) => {
      await stage('t1');
      const behind = { ...bus, lag: () => Promise.resolve(lag) };
      await expect(announceIn({ bus: behind })).rejects.toMatchObject({ code: 'CLI_ARCHIVAL_BEHIND' });
      expect(said).toEqual([]);
    },
  );

  it('is left alone while it is young', async () => {
    await stage('t1');
    const terms = { ...termsOf(), olderThanMs: 3_600_000 };
    expect(await announceStaged({ ...room, bus }, terms)).toEqual({ ...NONE, young: 1 });
    expect(said).toEqual([]);
  });

  it.each([true, false])('and gets its row after it was listed is done; settled: %s', async (settled) => {
    const name = await stage('t1');
    await announceIn();
    const head: typeof room.store.head = async (asked) => {
      const found = await room.store.head(asked);
      await noteReceived(room.tables, said[0]!);
      if (settled) await room.store.delete(name);
      return found;
    };
    expect(await announceIn({ store: { ...room.store, head } })).toEqual({ ...NONE, known: 1 });
    expect([said.length, refused]).toEqual([1, []]);
  });
});

describe('where a tenant has peers of several issuers', () => {
  const SEVERAL = readPeers(
    JSON.stringify([
      { name: 'ct-1', tenant: 't1', aeTitle: 'CT1', issuer: 'a' },
      { name: 'ct-2', tenant: 't1', aeTitle: 'CT2', issuer: 'b' },
      { name: 'mr-1', tenant: 't2', aeTitle: 'MR1', issuer: 'b' },
    ]),
  );
  const UNKNOWN = 'INTAKE_SENDER_UNKNOWN';

  it('what names no issuer is refused, whoever is named, and the others go on', async () => {
    const unknown = await stage('t1');
    const own = [await stage('t1', { issuer: 'c' }), await stage('t1', { patientId: '' }), await stage('t2')];
    expect(await announceIn({}, SEVERAL, 'ct-2')).toEqual({ ...NONE, announced: 3, refused: 1 });
    expect(said.map(({ data }) => data.object.name).toSorted()).toEqual(own.toSorted());
    expect(said.map(({ data }) => data.peer).toSorted()).toEqual(['ct-2', 'ct-2', 'mr-1']);
    expect(refused).toEqual([`${UNKNOWN} ${unknown}`]);
  });

  it('is of the subject that its study is known to be of, and of no stranger', async () => {
    const studyInstanceUID = freshUid();
    await stage('t1', { studyInstanceUID });
    await announceIn({}, [SEVERAL[1]!]);
    await noteReceived(room.tables, said[0]!);
    await stage('t1', { studyInstanceUID });
    await stage('t1', { studyInstanceUID, patientId: 'somebody else' });
    expect(await announceIn({}, SEVERAL)).toEqual({ ...NONE, announced: 1, refused: 1 });
    expect([said[1]?.data.subjectKey, said[1]?.data.peer]).toEqual([said[0]?.data.subjectKey, 'ct-2']);
  });

  it('a tenant without peers keeps no other from being announced', async () => {
    const unknown = await stage('t1');
    await stage('t2');
    expect(await announceIn({}, [SEVERAL[2]!])).toEqual({ ...NONE, announced: 1, refused: 1 });
    expect(refused).toEqual([`${UNKNOWN} ${unknown}`]);
  });
});

describe('what archival staged for a decision', () => {
  /** A release whose delivery has lost its row; returns the staged name. */
  async function released(): Promise<string> {
    const data = await room.receive(1);
    await noteReceived(room.tables, {
      type: 'instance.received.v1',
      id: 'received-1',
      source: 'intake',
      data,
    });
    await archiveObject(room, await room.sealRaw(data));
    const { outcome, ...held } = room.quarantined(data, 'SCRUBBING_PIXELS_UNPROVEN');
    await noteOutcome(room.tables, { ...held, outcome });
    const decision = 'd'.repeat(32);
    const record = { name: objectNames.decision(data, decision), digest: 'a'.repeat(64), sizeBytes: 3 };
    await room.store.put(record.name, Buffer.from('why'));
    const decided = { decided: 'released' as const, by: 'ada', at: new Date().toISOString(), rectangles: [] };
    const audit = { record: async () => Promise.resolve() };
    const [event] = await carryOutDecision(room, audit, { ...data, ...decided, decision, outcome, record });
    await room.store.delete(data.object.name);
    return event!.data.object.name;
  }

  it.each(['its record', 'its row'])('is no delivery of a sender: known by %s', async (by) => {
    const name = await released();
    if (by === 'its record') await room.tables.deleteFrom('archival_decisions').execute();
    else await room.store.delete(name.replace('staging/t1/raw/', 'archive/t1/decision/'));
    expect(await announceIn()).toEqual({ ...NONE, releases: 1 });
    expect([said, refused, await room.exists(name)]).toEqual([[], [], true]);
  });
});

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
