import type { EventData, SluiceEvent } from '@sluice/contracts';
import { sampleReceived } from '@sluice/contracts/testing';
import { type Kysely, sql } from '@sluice/database';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archiveObject } from '../archive-object.js';
import { type ArchivalRoom, openArchivalRoom } from '../testing/archival-room.js';
import { archivalTables } from '../doors.js';
import { postgresIndex } from '../testing/index-database.js';
import { noteOutcome } from './note-outcome.js';
import { noteReceived } from './note-received.js';
import { touchStudy } from './studies.js';
import type { ArchivalTables } from './tables.js';

let room: ArchivalRoom;
beforeEach(async () => {
  room = await openArchivalRoom();
});
afterEach(() => room.remove());

const run = (statement: string) => sql.raw(statement).execute(room.tables);
const eventOf = (data: EventData<'instance.received.v1'>): SluiceEvent<'instance.received.v1'> => ({
  id: 'received-1',
  type: 'instance.received.v1',
  source: 'intake',
  data,
});
const studies = () => room.tables.selectFrom('archival_studies').selectAll().execute();

describe('what changes a study', () => {
  it.each(['received', 'outcome', 'object'] as const)(
    'is-told-to-it-when-it-comes-again-after-a-death-in-between: %s',
    async (kind) => {
      const received = await room.receive(1);
      const sealed = await room.sealRaw(received);
      const work = {
        received: () => noteReceived(room.tables, eventOf(received)),
        outcome: () => noteOutcome(room.tables, room.scrubbed(received)),
        object: () => archiveObject(room, sealed),
      }[kind];
      await run(
        `create trigger death before insert on archival_studies begin select raise(abort, 'death'); end`,
      );
      await expect(work()).rejects.toThrow();
      await run('drop trigger death');
      await work();
      expect(await studies()).toMatchObject([{ study_key: received.studyKey }]);
    },
  );

  const server = process.env['SLUICE_TEST_POSTGRES'];
  const skip = !server && process.env['SLUICE_TEST_UNIT'] === '1';

  it('is-newer-than-the-manifest-also-when-a-clock-is-behind: SQLite', () =>
    newerThanTheManifest(room.tables));
  it.skipIf(skip)('is-newer-than-the-manifest-also-when-a-clock-is-behind: PostgreSQL', async () => {
    const index = await postgresIndex(server);
    await newerThanTheManifest(archivalTables(index.database)).finally(() => index.remove());
  });
});

async function newerThanTheManifest(tables: Kysely<ArchivalTables>): Promise<void> {
  const later = Date.now() + 3_600_000;
  await touchStudy(tables, sampleReceived());
  await tables.updateTable('archival_studies').set({ changed_at: later, manifest_at: later }).execute();
  await touchStudy(tables, sampleReceived());
  const study = await tables.selectFrom('archival_studies').select('changed_at').executeTakeFirstOrThrow();
  expect(study.changed_at).toBe(later + 1);
}
