import { randomBytes } from 'node:crypto';
import { objectNames, type EventData, type InstanceIds } from '@sluice/contracts';
import type { Keys } from '@sluice/crypto';
import type { NextEvent } from '@sluice/service';
import type { Store } from '@sluice/store';
import type { Peer } from '../peers.js';

/** What one association or request has brought so far: instance keys by series, by study. */
export interface Batch {
  key: string;
  readonly peer: Peer;
  studies: Map<string, Map<string, Set<string>>>;
  instances: number;
}

const SERIES_IN_EVENT = 40;
/** A batch that never ends would be held, and lost, as a whole; this is below 1 MiB for each of many associations. */
const MAX_INSTANCES = 5_000;
const MAX_STUDIES = 200;
/** Studies that are announced together. */
const STUDIES_AT_ONCE = 20;

export function openBatch(peer: Peer): Batch {
  return { key: newToken(), peer, studies: new Map(), instances: 0 };
}

/** A batch that is full is closed, and what still comes belongs to another. */
export const isFull = (batch: Batch): boolean =>
  batch.instances >= MAX_INSTANCES || batch.studies.size >= MAX_STUDIES;

/** A random 128-bit token, 32 hex characters: batch keys and attempts. */
export const newToken = (): string => randomBytes(16).toString('hex');

/** Notes a durable instance; one that came twice counts once. */
export function addToBatch(
  batch: Batch,
  ids: Pick<InstanceIds, 'studyKey' | 'seriesKey' | 'instanceKey'>,
): void {
  const study = batch.studies.get(ids.studyKey) ?? new Map<string, Set<string>>();
  const series = study.get(ids.seriesKey) ?? new Set<string>();
  series.add(ids.instanceKey);
  batch.instances += 1;
  study.set(ids.seriesKey, series);
  batch.studies.set(ids.studyKey, study);
}

/** What closing a batch needs. */
export interface ClosingDoors {
  readonly store: Store;
  readonly keys: Keys;
  /** Resolves when the events are durable. */
  publish(events: readonly NextEvent[]): Promise<void>;
}

/** Stores each study's list of instances and announces its `batch.closed`; what is announced leaves the batch. */
export async function closeBatch(doors: ClosingDoors, batch: Batch): Promise<void> {
  while (batch.studies.size > 0) {
    const some = [...batch.studies].slice(0, STUDIES_AT_ONCE);
    const events: NextEvent[] = [];
    for (const [studyKey, series] of some) events.push(await closeStudy(doors, batch, { studyKey, series }));
    await doors.publish(events);
    for (const [studyKey] of some) batch.studies.delete(studyKey);
  }
}

async function closeStudy(
  doors: ClosingDoors,
  batch: Batch,
  study: { studyKey: string; series: Map<string, Set<string>> },
): Promise<NextEvent<'batch.closed.v1'>> {
  const { tenant, name: peer } = batch.peer;
  const list = [...study.series].map(([seriesKey, instances]) => ({ seriesKey, instances: [...instances] }));
  const sealer = doors.keys.staging(tenant, 'staging-batch');
  const { ref } = await doors.store.put(
    `${objectNames.stagedBatch(tenant, batch.key)}/${study.studyKey}`,
    sealer.seal(once(list)),
  );
  const data: EventData<'batch.closed.v1'> = {
    tenant,
    batchKey: batch.key,
    studyKey: study.studyKey,
    series: list
      .slice(0, SERIES_IN_EVENT)
      .map((row) => ({ seriesKey: row.seriesKey, instances: row.instances.length })),
    seriesTotal: list.length,
    instances: list.reduce((sum, row) => sum + row.instances.length, 0),
    list: ref,
    peer,
    closedAt: new Date().toISOString(),
  };
  return {
    id: `batch-${batch.key}-${study.studyKey}`,
    type: 'batch.closed.v1',
    source: 'intake',
    time: data.closedAt,
    data,
  };
}

async function* once(value: unknown): AsyncGenerator<Buffer> {
  yield Buffer.from(JSON.stringify(value));
}
