import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventData, SluiceEvent } from '@sluice/contracts';
import { sampleReceived } from '@sluice/contracts/testing';
import { type Database, type Kysely, openDatabase } from '@sluice/database';
import type { StoredAnswer } from '../jobs/stored-answers.js';
import { INFERENCE_MIGRATIONS, type InferenceTables } from '../rows/tables.js';
import { inferenceStage } from '../stage.js';

type Received = EventData<'instance.received.v1'>;
type Scrubbed = EventData<'instance.scrubbed.v1'>;

export const OUTCOME = '0123456789abcdef';
export const MODEL = { name: 'tiny', version: '1', digest: '7'.repeat(64) };

/** Inference's rows in a database of their own, and its stage to hear events with. */
export interface InferenceRoom {
  readonly url: string;
  readonly database: Database;
  readonly tables: Kysely<InferenceTables>;
  /** Letters that scrubbing has. */
  readonly letters: Received[];
  readonly bus: { deadLetters: { list(): Promise<never[]> } };
  hear(
    type: SluiceEvent['type'],
    data: object,
  ): Promise<readonly { type: string; id: string; data: object }[]>;
  remove(): Promise<void>;
}

/** On SQLite, or on PostgreSQL where a URL of an empty database is given. */
export async function openInferenceRoom(url?: string): Promise<InferenceRoom> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-inference-'));
  const place = url ?? `sqlite:${join(folder, 'inference.db')}`;
  const database = await openDatabase(place);
  await database.migrate('inference', INFERENCE_MIGRATIONS);
  const tables = database.tables<InferenceTables>();
  const letters: Received[] = [];
  const stage = inferenceStage({ tables, waiting: () => 0, mostWaiting: 1 });
  const list = async () =>
    letters.map((data) => ({ event: { type: 'instance.received.v1', data } }) as never);
  return {
    ...{ url: place, database, tables, letters },
    bus: { deadLetters: { list } },
    hear: (type, data) => stage.handle({ id: 'x'.repeat(8), type, source: 'intake', data } as never),
    remove: async () => {
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Delivery `n`; all of one series unless another is named. */
export function delivery(n: number, more: Partial<Received> = {}): Received {
  const first = sampleReceived(1);
  return { ...sampleReceived(n), studyKey: first.studyKey, seriesKey: first.seriesKey, ...more };
}

/** What scrubbing says of a delivery. */
export function scrubbedOf(received: Received, more: Partial<Scrubbed> = {}): Scrubbed {
  return {
    ...received,
    clean: received.object,
    cleanDigest: 'a'.repeat(64),
    cleanSizeBytes: 1,
    outcome: OUTCOME,
    profile: { name: 'basic', digest: 'b'.repeat(64) },
    codeVersion: '1',
    counts: { removed: 1, replaced: 2, kept: 3 },
    deid: { sopInstanceUID: '2.25.1', seriesInstanceUID: '2.25.2', studyInstanceUID: '2.25.3' },
    ...more,
  };
}

export const quarantinedOf = (received: Received): EventData<'instance.quarantined.v1'> => ({
  ...received,
  code: 'SCRUBBING_CONFLICT',
  by: 'scrubbing',
  outcome: OUTCOME,
});

/** An answer that needs no model. */
export const answerOf = (more: Partial<StoredAnswer['answer']> = {}): StoredAnswer => ({
  answer: { model: MODEL, verdict: 'unfit', reason: 'modality', results: [], ...more },
});
