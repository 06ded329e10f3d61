import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Say } from '../stack.types.js';
import { withLock } from './lock.js';

const STILL_BUSY_MS = 10_000;

/** Something fetched once per machine. */
export interface Download {
  /** With its version: the name of its folder in the cache. */
  readonly name: string;
  /** For the progress line: what comes from where. */
  readonly from: string;
  /** Fills the given empty folder. */
  fetch(folder: string): Promise<void>;
}

/** Where downloads are kept, by XDG Base Directory rules. */
export function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'sluice');
}

/** Folder of a download, fetched first when it is not in the cache yet. Safe to call from several processes at once. */
export async function cached(download: Download, say: Say): Promise<string> {
  const folder = join(cacheFolder(), download.name);
  if (existsSync(folder)) return folder;
  return withLock(join(cacheFolder(), `${download.name}.lock`), say, async () => {
    if (!existsSync(folder)) await fetchInto(folder, download, say);
    return folder;
  });
}

async function fetchInto(folder: string, download: Download, say: Say): Promise<void> {
  const startedAt = Date.now();
  const seconds = (): number => Math.round((Date.now() - startedAt) / 1000);
  say(`fetching ${download.name} from ${download.from} ...`);
  const timer = setInterval(() => say(`still fetching ${download.name} (${seconds()} s) ...`), STILL_BUSY_MS);
  const part = `${folder}.part`;
  try {
    await rm(part, { recursive: true, force: true });
    await mkdir(part, { recursive: true });
    await download.fetch(part);
    await rename(part, folder);
  } finally {
    clearInterval(timer);
  }
  say(`fetched ${download.name} in ${seconds()} s`);
}
