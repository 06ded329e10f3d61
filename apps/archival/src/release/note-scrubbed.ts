import {
  type EventData,
  type ObjectRef,
  ReleaseNoteV1,
  SluiceError,
  type ReleaseNote,
} from '@sluice/contracts';
import type { ArchivalDoors } from '../doors.js';
import { noteOutcome } from '../rows/note-outcome.js';

type Scrubbed = EventData<'instance.scrubbed.v1'>;

/** More than any note has, sealed; bytes. */
const MOST_NOTE_BYTES = 2 * 1024 * 1024;

/**
 * Keeps what scrubbing said of a released content, its note with it. A long note is fetched from staging, and leaves it when its row stands;
 * heard again, the row is looked for first. @throws SluiceError ARCHIVAL_NOTE_INVALID, STORE_*, CRYPTO_*
 */
export async function noteScrubbed(doors: ArchivalDoors, data: Scrubbed): Promise<void> {
  const { note: said } = data;
  if (!said || 'schema' in said) return noteOutcome(doors.tables, data);
  if (!(await hasNote(doors, data)))
    await noteOutcome(doors.tables, { ...data, note: await openNote(doors, data.tenant, said) });
  await doors.store.delete(said.name);
}

async function hasNote({ tables }: ArchivalDoors, data: Scrubbed): Promise<boolean> {
  const row = await tables
    .selectFrom('archival_outcomes')
    .select('note')
    .where('instance_key', '=', data.instanceKey)
    .where('content_key', '=', data.contentKey)
    .where('outcome', '=', data.outcome)
    .executeTakeFirst();
  return typeof row?.note === 'string';
}

async function openNote(
  { store, keys }: ArchivalDoors,
  tenant: string,
  ref: ObjectRef,
): Promise<ReleaseNote> {
  if (ref.sizeBytes > MOST_NOTE_BYTES) throw invalid('it is too long');
  const opened = keys.staging(tenant, 'staging-clean').open(await store.get(ref));
  const text = Buffer.concat(await Array.fromAsync(opened)).toString();
  const parsed = ReleaseNoteV1.safeParse(parseJson(text));
  if (!parsed.success) throw invalid('it does not fit its schema');
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SluiceError('ARCHIVAL_NOTE_INVALID', { detail: 'it is no JSON', cause });
  }
}

function invalid(detail: string): SluiceError {
  return new SluiceError('ARCHIVAL_NOTE_INVALID', { detail });
}
