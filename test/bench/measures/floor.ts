import { link, mkdtemp, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openStore } from '@sluice/store';
import { emptyFiles } from '../empty-files.ts';
import type { S3Credentials } from '../receivers/sluice.ts';

/** How long one instance takes of what no receiver that is durable at success can do without. */
export interface FloorFigure {
  readonly name: 'disk' | 'S3';
  readonly words: string;
  readonly inFlight: number;
  /** Wall time per instance; with several in flight, of all together divided by their number. */
  readonly msEach: number;
}

const TIMES = 160;
const IN_FLIGHT = [1, 4];

/** A file written and synced, its name made durable, and a row committed: plain system calls, nothing of ours. */
export async function measureDiskFloor(place: string, sizeBytes: number): Promise<FloorFigure[]> {
  const folder = await mkdtemp(join(place, 'floor-'));
  const database = new DatabaseSync(join(folder, 'rows.db'));
  database.exec('pragma journal_mode = wal; pragma synchronous = full; create table t (bytes blob)');
  const row = database.prepare('insert into t values (zeroblob(1500))');
  const names = await open(folder, 'r');
  const body = Buffer.alloc(sizeBytes, 1);
  const store = async (turn: number) => {
    const path = join(folder, String(turn));
    const file = await open(`${path}.part`, 'wx');
    await file.write(body);
    await file.datasync();
    await file.close();
    await link(`${path}.part`, path);
    await names.sync();
    row.run();
    await unlink(`${path}.part`);
  };
  const words = 'write, sync, link, sync of the folder, one commit: system calls alone';
  const figures = await measureEach(store, { name: 'disk', words });
  await names.close();
  database.close();
  await emptyFiles(folder);
  return figures;
}

/** One put of the same bytes by the store door, nothing else. */
export async function measureS3Floor(
  { url, credentials }: { url: string; credentials: S3Credentials },
  sizeBytes: number,
): Promise<FloorFigure[]> {
  const store = await openStore(url, { credentials });
  const body = Buffer.alloc(sizeBytes, 1);
  const put = async (turn: number) => void (await store.put(`floor/${turn}`, body));
  const figures = await measureEach(put, { name: 'S3', words: 'one put of the same bytes, nothing else' });
  await store.close();
  return figures;
}

async function measureEach(
  work: (turn: number) => Promise<void>,
  what: Pick<FloorFigure, 'name' | 'words'>,
): Promise<FloorFigure[]> {
  const figures: FloorFigure[] = [];
  let turn = 0;
  for (const inFlight of [1, ...IN_FLIGHT]) {
    const began = performance.now();
    const until = turn + TIMES;
    const lane = async () => {
      while (turn < until) await work((turn += 1));
    };
    await Promise.all(Array.from({ length: inFlight }, lane));
    figures.push({ ...what, inFlight, msEach: (performance.now() - began) / TIMES });
  }
  // The first round warmed up.
  return figures.slice(1);
}
