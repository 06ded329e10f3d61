import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { SluiceError } from '@sluice/contracts';

const held = new Set<string>();
const GROUP = /^[A-Za-z0-9._-]{1,128}$/;

/** Given back by `release`, or by the operating system when the process dies. */
export interface GroupLock {
  release(): void;
}

/**
 * One process per group on one folder. The lock is the operating system's lock on a small file (SQLite holds it): it cannot go
 * stale, also where two containers share a folder but not their process ids.
 * @throws SluiceError BUS_GROUP_HELD after `waitMs`, which gives a process that is ending time to end
 */
export async function lockGroup(folder: string, group: string, waitMs: number): Promise<GroupLock> {
  if (!GROUP.test(group)) throw new SluiceError('BUS_URL_INVALID', { detail: 'the name of a group' });
  mkdirSync(join(folder, 'groups'), { recursive: true, mode: 0o700 });
  const path = join(folder, 'groups', `${group}.lock`);
  for (const until = Date.now() + waitMs; ; await sleep(100)) {
    const lock = held.has(path) ? undefined : tryLock(path);
    if (lock) return lock;
    if (Date.now() >= until) throw new SluiceError('BUS_GROUP_HELD', { detail: `group ${group}` });
  }
}

function tryLock(path: string): GroupLock | undefined {
  const file = new DatabaseSync(path, { timeout: 0 });
  try {
    file.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch {
    file.close();
    return undefined;
  }
  held.add(path);
  return {
    release: () => {
      if (held.delete(path)) file.close();
    },
  };
}
