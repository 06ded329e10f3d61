import { createHash } from 'node:crypto';
import type { AuditEntry } from '@sluice/audit';
import { type EventData, EVENTS } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { carryOutDecision } from './carry-out-decision.js';
import { listQuarantined } from './rows/quarantined.js';
import { archivalStage } from './stage.js';
import { type ArchivalRoom, openArchivalRoom } from './testing/archival-room.js';

type Received = EventData<'instance.received.v1'>;
type Decided = EventData<'instance.decided.v1'>;

const MASK = { x: 0, y: 0, width: 64, height: 12 };
const refused = { code: 'ARCHIVAL_DECISION_REFUSED', kind: 'permanent' };

let room: ArchivalRoom;
let recorded: AuditEntry[];
const audit = { record: async (entry: AuditEntry) => void recorded.push(entry) };

beforeEach(async () => {
  room = await openArchivalRoom();
  recorded = [];
});
afterEach(() => room.remove());

async function hear(type: string, data: object): Promise<readonly { type: string; data: unknown }[]> {
  const stage = archivalStage(room, {
    audit: audit as never,
    bus: { ensureTopics: () => Promise.resolve() },
  });
  return stage.handle({ id: 'x'.repeat(8), type, source: 'intake', data } as never);
}

/** An instance that was held, archived and settled. */
async function held(code = 'SCRUBBING_PIXELS_UNPROVEN', n = 1): Promise<Received> {
  const received = await room.receive(n);
  await hear('instance.received.v1', received);
  await hear('object.sealed.v1', await room.sealRaw(received));
  await hear('instance.quarantined.v1', room.quarantined(received, code));
  return received;
}

function decisionOn(received: Received, more: Partial<Decided> = {}): Decided {
  const { tenant, subjectKey, studyKey, seriesKey, instanceKey, contentKey } = received;
  return {
    ...{ tenant, subjectKey, studyKey, seriesKey, instanceKey, contentKey },
    decision: createHash('sha256').update('one').digest('hex').slice(0, 32),
    outcome: '0123456789abcdef',
    decided: 'released',
    by: 'ada',
    at: '2026-11-26T12:00:00.000Z',
    rectangles: [MASK],
    record: { name: 'archive/t1/decision/i/1', digest: 'a'.repeat(64), sizeBytes: 1 },
    ...more,
  };
}

const other = { decision: '7'.repeat(32) };
const openStaged = async (name: string) =>
  Buffer.concat(
    await Array.fromAsync(room.keys.staging('t1', 'staging-raw').open(await room.store.get({ name }))),
  );
const waiting = async () => (await listQuarantined(room.tables, { undecided: true })).length;

describe('a release', () => {
  it('stages the archived original again, sealed, and announces it with the decision', async () => {
    const received = await held();
    const original = await openStaged((await room.receive(2)).object.name);
    const decided = decisionOn(received);
    const [said, ...more] = await carryOutDecision(room, audit, decided);
    const data = EVENTS['instance.received.v1'].parse(said?.data);
    expect(more).toEqual([]);
    expect(said?.source).toBe('archival');
    expect(data).toMatchObject({
      attempt: decided.decision,
      contentKey: received.contentKey,
      release: { id: decided.decision, rectangles: [MASK] },
    });
    expect((await openStaged(data.object.name)).equals(original)).toBe(true);
    expect(await waiting()).toBe(0);
  });

  it('is recorded before it happens, and does not happen when it cannot be', async () => {
    const received = await held();
    const ill = { record: () => Promise.reject(new Error('the database is ill')) };
    await expect(carryOutDecision(room, ill, decisionOn(received))).rejects.toThrow('ill');
    expect([await waiting(), await room.names('staging/')]).toEqual([1, []]);
    await carryOutDecision(room, audit, decisionOn(received));
    expect(recorded).toMatchObject([
      {
        actor: { kind: 'person', name: 'ada' },
        action: 'quarantine',
        subject: { contentKey: received.contentKey, step: 'released: carried out' },
      },
    ]);
  });

  it('that comes again is announced again, and staged once, also when it is settled', async () => {
    const decided = decisionOn(await held());
    const [first] = await carryOutDecision(room, audit, decided);
    expect(await carryOutDecision(room, audit, decided)).toEqual([first]);
    await hear('instance.received.v1', first!.data);
    await room.store.delete(first!.data.object.name);
    const [again] = await carryOutDecision(room, audit, decided);
    expect(again?.data).toEqual(first?.data);
    expect(await room.names('staging/')).toEqual([]);
  });

  it('is refused after another decision, of what is not held, and of what no eye can judge', async () => {
    const received = await held();
    await carryOutDecision(room, audit, decisionOn(received));
    await expect(carryOutDecision(room, audit, decisionOn(received, other))).rejects.toMatchObject(refused);
    expect(recorded.map(({ id }) => id)).toEqual([`carried-out-${decisionOn(received).decision}`]);
    const unheld = decisionOn(received, { ...other, outcome: 'f'.repeat(16) });
    await expect(carryOutDecision(room, audit, unheld)).rejects.toMatchObject(refused);
    for (const [at, code] of ['SCRUBBING_RESIDUAL', 'SCRUBBING_UNREADABLE', 'SCRUBBING_CONFLICT'].entries()) {
      const hopeless = decisionOn(await held(code, at + 10), { decision: String(at).repeat(32) });
      await expect(carryOutDecision(room, audit, hopeless)).rejects.toMatchObject(refused);
    }
  });

  it('of a subject whose secret was erased opens nothing and stages nothing', async () => {
    const received = await held();
    await room.eraseSecrets();
    await expect(carryOutDecision(room, audit, decisionOn(received))).rejects.toMatchObject({
      code: 'CRYPTO_SECRET_MISSING',
      kind: 'permanent',
    });
    expect(await room.names('staging/')).toEqual([]);
  });
});

describe('a rejection', () => {
  it('leaves the list and changes nothing else, of whatever code', async () => {
    const received = await held('SCRUBBING_RESIDUAL');
    expect(await waiting()).toBe(1);
    const decided = decisionOn(received, { decided: 'rejected', rectangles: [] });
    expect(await hear('instance.decided.v1', decided)).toEqual([]);
    expect(await waiting()).toBe(0);
    expect(await listQuarantined(room.tables)).toMatchObject([
      { decision: { decided: 'rejected', by_person: 'ada' } },
    ]);
    expect(await room.names('staging/')).toEqual([]);
  });
});

describe('the list', () => {
  it('has what waits, however much that is newer was decided', async () => {
    const older = await held('SCRUBBING_RESIDUAL', 1);
    await room.tables.updateTable('archival_outcomes').set({ at: 1 }).execute();
    const newer = await held('SCRUBBING_RESIDUAL', 1001);
    await hear('instance.decided.v1', decisionOn(newer, { decided: 'rejected', rectangles: [] }));
    const rows = await listQuarantined(room.tables, { undecided: true, most: 1 });
    expect(rows).toMatchObject([{ held: { instance_key: older.instanceKey }, decision: undefined }]);
  });

  it('has what is held now: a newer verdict on the same content takes its place', async () => {
    const received = await held();
    await room.tables.updateTable('archival_outcomes').set({ at: 1 }).execute();
    await hear('instance.scrubbed.v1', { ...room.scrubbed(received), outcome: 'f'.repeat(16) });
    expect(await waiting()).toBe(0);
  });
});
