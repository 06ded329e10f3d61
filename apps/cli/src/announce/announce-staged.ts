import type { ArchivalTables } from '@sluice/archival/rows/tables';
import type { Bus } from '@sluice/bus';
import { type ErrorCode, isSluiceError, objectNames, SluiceError, type SluiceEvent } from '@sluice/contracts';
import type { Keys } from '@sluice/crypto';
import type { Kysely } from '@sluice/database';
import { receiveAgain } from '@sluice/intake/receive-again';
import type { Store } from '@sluice/store';
import { rowsOf, stagedDeliveries } from '../inventory/compare-staging.js';
import { stands } from '../inventory/list-store.js';
import type { SendersOf } from './senders.js';

/** What announcing takes. */
export interface AnnounceDoors {
  readonly store: Store;
  readonly keys: Keys;
  readonly tables: Kysely<ArchivalTables>;
  readonly bus: Pick<Bus, 'publish' | 'lag'>;
}

/** Whose deliveries are taken to be whose, and who is told which of them are not announced. */
export interface AnnounceTerms {
  readonly sendersOf: SendersOf;
  /** What is younger may still be on its way: staged first, said second, a row last. */
  readonly olderThanMs: number;
  /** Who must not come back: `tenant subjectKey`. */
  readonly forgotten: ReadonlySet<string>;
  /** Told of each that stays staged, and why. */
  left(name: string, why: ErrorCode | 'forgotten'): void;
}

/** What became of the staged deliveries that no row names. */
export interface AnnounceCount {
  announced: number;
  /** They are not what their names say, do not open, or nobody can tell whose patients they show. */
  refused: number;
  /** Staged by archival for a person's decision: nobody sent them. */
  releases: number;
  young: number;
  /** Of people who were forgotten. */
  forgotten: number;
  /** They have got their rows meanwhile. */
  known: number;
}

/** A busy corridor is never quite empty; as for what archival announces again. */
const MOST_BEHIND = 200;

/**
 * Says again each staged delivery that no row names, and none while archival is behind: what it has not read yet has no row either.
 * @throws SluiceError CLI_ARCHIVAL_BEHIND, and what is no fault of a delivery; run it again then
 */
export async function announceStaged(doors: AnnounceDoors, terms: AnnounceTerms): Promise<AnnounceCount> {
  const behind = (await doors.bus.lag('archival'))['instance.received'] ?? Infinity;
  if (behind >= MOST_BEHIND) throw new SluiceError('CLI_ARCHIVAL_BEHIND');
  const count: AnnounceCount = { announced: 0, refused: 0, releases: 0, young: 0, forgotten: 0, known: 0 };
  for await (const { name, row } of stagedDeliveries(doors)) {
    if (!row) count[await announceOne(doors, terms, name)] += 1;
  }
  return count;
}

async function announceOne(
  doors: AnnounceDoors,
  terms: AnnounceTerms,
  name: string,
): Promise<keyof AnnounceCount> {
  if (await isRelease(doors, name)) return 'releases';
  const receivedAt = (await doors.store.head(name))?.modifiedAt ?? new Date(0);
  if (receivedAt.getTime() > Date.now() - terms.olderThanMs) return 'young';
  try {
    const event = await eventOf(doors, terms, { name, receivedAt });
    const { tenant, subjectKey } = event.data;
    if (terms.forgotten.has(`${tenant} ${subjectKey}`)) {
      terms.left(name, 'forgotten');
      return 'forgotten';
    }
    // Asked last: the page that was listed may be old.
    if (await hasRow(doors, name)) return 'known';
    await doors.bus.publish([event]);
    return 'announced';
  } catch (error) {
    if (!isSluiceError(error) || error.kind !== 'permanent') throw error;
    if (await hasRow(doors, name)) return 'known';
    terms.left(name, error.code);
    return 'refused';
  }
}

async function hasRow({ tables }: AnnounceDoors, name: string): Promise<boolean> {
  return (await rowsOf(tables, [name])).has(name);
}

/** Its event had the decision; without it the copy would be settled by a verdict that stands, and the release be lost for good. */
async function isRelease({ store, tables }: AnnounceDoors, name: string): Promise<boolean> {
  const [, tenant = '', , instanceKey = '', attempt = ''] = name.split('/');
  if (await stands(store, objectNames.decision({ tenant, instanceKey }, attempt))) return true;
  const decided = await tables
    .selectFrom('archival_decisions')
    .select('decision')
    .where('decision', '=', attempt)
    .executeTakeFirst();
  return decided !== undefined;
}

async function eventOf(
  { store, keys, tables }: AnnounceDoors,
  { sendersOf }: AnnounceTerms,
  { name, receivedAt }: { name: string; receivedAt: Date },
): Promise<SluiceEvent<'instance.received.v1'>> {
  const tenant = name.split('/')[1] ?? '';
  const subjectOf = async (studyKey: string) => {
    const all = tables.selectFrom('archival_studies').select('subject_key');
    const study = await all.where('tenant', '=', tenant).where('study_key', '=', studyKey).executeTakeFirst();
    return study?.subject_key;
  };
  const delivery = { name, receivedAt, peers: sendersOf(tenant), subjectOf };
  const data = await receiveAgain({ store, keys }, delivery);
  const time = new Date().toISOString();
  return { type: 'instance.received.v1', id: `received-${data.attempt}`, source: 'cli', time, data };
}
