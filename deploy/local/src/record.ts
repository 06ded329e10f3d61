import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServiceName, Way } from './names.js';

/** What stack.json remembers of a folder's stack between starts. Holds secrets: mode 0600. */
export interface StackRecord {
  way: Way;
  /** Ports by service; `controller` is Kafka's second one. */
  ports: Partial<Record<ServiceName | 'controller', number>>;
  /** What runs now: a process by id and start time, a container by id. */
  running: Partial<Record<ServiceName, Running>>;
  env: Record<string, string>;
  accessKey: string;
  secretKey: string;
  password: string;
}

export interface Running {
  pid?: number;
  startedAt?: string;
  container?: string;
}

/** Fresh secrets, nothing running. */
export function newRecord(way: Way): StackRecord {
  const secret = (): string => randomBytes(20).toString('hex');
  return {
    way,
    ports: {},
    running: {},
    env: {},
    accessKey: 'sluice-stack',
    secretKey: secret(),
    password: secret(),
  };
}

/** The folder's record, undefined when no stack was ever started there. */
export async function readRecord(folder: string): Promise<StackRecord | undefined> {
  const text = await readFile(recordFile(folder), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as StackRecord);
}

/** Replaces the record in one step; synchronous, because four services start at once and each writes it. */
export function writeRecord(folder: string, record: StackRecord): void {
  mkdirSync(folder, { recursive: true });
  // A server that runs as another user must be able to walk through, and see nothing.
  chmodSync(folder, 0o711);
  const part = `${recordFile(folder)}.part`;
  writeFileSync(part, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  renameSync(part, recordFile(folder));
}

function recordFile(folder: string): string {
  return join(folder, 'stack.json');
}
