import { DatabaseSync } from 'node:sqlite';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Say } from '../stack.types.js';

const PATIENCE_MS = 15 * 60_000;

/** Runs `work` while no other process holds the same lock file. The kernel frees the lock of a process that dies. */
export async function withLock<T>(file: string, say: Say, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  try {
    await acquire(database, file, say);
    return await work();
  } finally {
    database.close();
  }
}

async function acquire(database: DatabaseSync, file: string, say: Say): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (let said = false; ; said = true) {
    if (tryAcquire(database)) return;
    if (Date.now() > giveUpAt)
      throw new Error(`Another run has held ${file} for too long: end it and try again.`);
    if (!said) say('waiting for another run to finish ...');
    await sleep(250);
  }
}

function tryAcquire(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (error instanceof Error && /locked|busy/i.test(error.message)) return false;
    throw error;
  }
}
