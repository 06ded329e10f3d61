import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { CORRIDOR_RETENTION_DAYS, SluiceError } from '@sluice/contracts';
import { createWalSync, type WalSync } from '@sluice/database';
import type { LogRecord, OutgoingRecord } from '../log-wire.js';
import { Compaction, COMPACTION_SCHEMA } from './compaction.js';
import { Flush } from './flush.js';

/** Tables and indexes of the log. */
export const LOG_SCHEMA = `
  CREATE TABLE IF NOT EXISTS record (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, key TEXT NOT NULL, value BLOB, headers TEXT NOT NULL, at INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS record_by_topic ON record (topic, seq);
  CREATE TABLE IF NOT EXISTS position (member TEXT NOT NULL, topic TEXT NOT NULL, next INTEGER NOT NULL, PRIMARY KEY (member, topic)) WITHOUT ROWID;
  ${COMPACTION_SCHEMA}`;
/** Jumps from topic to topic in the index: DISTINCT would read all of it. */
const CORRIDOR_TOPICS = `
  WITH RECURSIVE found (topic) AS (
    SELECT min(topic) FROM record
    UNION ALL SELECT (SELECT min(topic) FROM record WHERE record.topic > found.topic) FROM found WHERE found.topic IS NOT NULL)
  SELECT topic FROM found WHERE topic NOT LIKE 'deid.%'`;
/** Another process's publications are looked for this often. */
const LOOK_EVERY_MS = 100;
const DAY_MS = 86_400_000;
const TRIM_EVERY_MS = 3_600_000;
const TRIM_ROWS = 2_000;

const open = new Map<string, LogFile>();

interface Row {
  seq: number;
  key: string;
  value: Uint8Array | null;
  headers: string;
  at: number;
}

/** One log in one folder: SQLite, its write-ahead log synced in groups before anybody is answered (wal-sync.ts). Opened once per process however often it is asked for. */
export class LogFile {
  #users = 0;
  #version = -1;
  readonly #database: DatabaseSync;
  readonly #flush: Flush;
  readonly #sync: WalSync;
  readonly #compaction: Compaction;
  readonly #statements: Record<'read' | 'next' | 'lag' | 'version', StatementSync>;
  readonly #listeners = new Set<() => void>();
  readonly #timers: NodeJS.Timeout[];

  private constructor(readonly folder: string) {
    const file = join(folder, 'corridor.sqlite');
    this.#database = new DatabaseSync(file, { timeout: 10_000 });
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    this.#database.exec(LOG_SCHEMA);
    this.#compaction = new Compaction(this.#database);
    this.#sync = createWalSync(file);
    this.#flush = new Flush(this.#database, this.#sync, () => this.#wake());
    this.#statements = {
      read: this.#database.prepare(
        'SELECT seq, key, value, headers, at FROM record WHERE topic = ? AND seq >= ? ORDER BY seq LIMIT ?',
      ),
      next: this.#database.prepare('SELECT next FROM position WHERE member = ? AND topic = ?'),
      lag: this.#database.prepare('SELECT count(*) AS lag FROM record WHERE topic = ? AND seq >= ?'),
      version: this.#database.prepare('PRAGMA data_version'),
    };
    this.#timers = [
      setInterval(() => this.#look(), LOOK_EVERY_MS),
      setInterval(() => this.#trim(), TRIM_EVERY_MS),
    ];
    for (const timer of this.#timers) timer.unref();
    this.#trim();
  }

  /** @throws SluiceError BUS_UNAVAILABLE when the folder cannot be opened */
  static open(folder: string): LogFile {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const path = realpathSync(folder);
      const log = open.get(path) ?? new LogFile(path);
      open.set(path, log);
      log.#users += 1;
      return log;
    } catch (cause) {
      throw new SluiceError('BUS_UNAVAILABLE', {
        detail: 'the folder of the embedded corridor cannot be opened',
        cause,
      });
    }
  }

  append(records: readonly OutgoingRecord[]): Promise<void> {
    return this.#flush.append(records);
  }

  commit(group: string, topic: string, next: bigint): Promise<void> {
    return this.#flush.commit({ group, topic, next });
  }

  read(topic: string, from: bigint, limit: number): LogRecord[] {
    const rows = this.#statements.read.all(topic, from, limit) as unknown as Row[];
    return rows.map((row) => ({
      topic,
      partition: 0,
      offset: BigInt(row.seq),
      key: row.key,
      value: row.value && Buffer.from(row.value.buffer, row.value.byteOffset, row.value.byteLength),
      headers: JSON.parse(row.headers) as Record<string, string>,
      timestampMs: row.at,
    }));
  }

  /** Where a group goes on; from the beginning when it never committed. */
  next(group: string, topic: string): bigint {
    const row = this.#statements.next.get(group, topic) as { next: number } | undefined;
    return BigInt(row?.next ?? 0);
  }

  lag(group: string, topic: string): number {
    const row = this.#statements.lag.get(topic, this.next(group, topic)) as { lag: number };
    return row.lag;
  }

  /** @throws SluiceError BUS_UNAVAILABLE when the log cannot be read, or its disk lost something */
  probe(): void {
    try {
      this.topicsOf('');
      this.#sync.check();
    } catch (cause) {
      throw new SluiceError('BUS_UNAVAILABLE', { detail: 'the embedded corridor is not sound', cause });
    }
  }

  topicsOf(group: string): string[] {
    const rows = this.#database.prepare('SELECT topic FROM position WHERE member = ?').all(group) as {
      topic: string;
    }[];
    return rows.map((row) => row.topic);
  }

  /** Resolves at the next publication, of this process at once, of another within 100 ms; or when the signal ends it. */
  async changed(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    // A member that waits keeps its process alive; a log that is only read or published to does not.
    this.#timers[0]!.ref();
    this.#listeners.add(resolve);
    const ended = () => resolve();
    signal.addEventListener('abort', ended, { once: true });
    await promise;
    signal.removeEventListener('abort', ended);
    this.#listeners.delete(resolve);
    if (this.#listeners.size === 0) this.#timers[0]!.unref();
  }

  async close(): Promise<void> {
    this.#users -= 1;
    if (this.#users > 0) return;
    open.delete(this.folder);
    for (const timer of this.#timers) clearInterval(timer);
    await this.#flush.finish();
    await this.#sync.close();
    this.#database.close();
  }

  #wake(): void {
    for (const listener of this.#listeners) listener();
  }

  /** The number changes when another connection, that is another process, has written. */
  #look(): void {
    if (this.#listeners.size === 0) return;
    const { data_version: version } = this.#statements.version.get() as { data_version: number };
    if (version !== this.#version) this.#wake();
    this.#version = version;
  }

  #trim(): void {
    const oldest = Date.now() - (CORRIDOR_RETENTION_DAYS + 1) * DAY_MS;
    const topics = this.#database.prepare(CORRIDOR_TOPICS).all() as { topic: string }[];
    const statement = this.#database.prepare(
      'DELETE FROM record WHERE seq IN (SELECT seq FROM record WHERE topic = ? ORDER BY seq LIMIT ?) AND at < ?',
    );
    for (const { topic } of topics)
      this.#flush.later(() => Number(statement.run(topic, TRIM_ROWS, oldest).changes) === TRIM_ROWS);
    this.#flush.later(() => this.#compaction.step());
  }
}
