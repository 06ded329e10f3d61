import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { SluiceError } from '@sluice/contracts';
import type { WalSync } from '@sluice/database';
import type { OutgoingRecord } from '../log-wire.js';

/** Records that may wait for the next fsync; more are refused. */
const MOST_WAITING = 20_000;
/** One transaction writes no more, so that the event loop is not held. */
const MOST_PER_FLUSH = 1_000;

interface Position {
  readonly group: string;
  readonly topic: string;
  readonly next: bigint;
}

interface Write {
  readonly records: readonly OutgoingRecord[];
  readonly position?: Position;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Group commit: what is asked for in one turn of the event loop shares one transaction, what is committed during a sync the next. */
export class Flush {
  #waiting: Write[] = [];
  #waitingRecords = 0;
  #scheduled: NodeJS.Immediate | undefined;
  #syncing = Promise.resolve();
  readonly #chores: (() => boolean)[] = [];
  readonly #insert: StatementSync;
  readonly #move: StatementSync;

  constructor(
    readonly database: DatabaseSync,
    readonly sync: WalSync,
    readonly onAppended: () => void,
  ) {
    this.#insert = database.prepare(
      'INSERT INTO record (topic, key, value, headers, at) VALUES (?, ?, ?, ?, ?)',
    );
    this.#move = database.prepare(
      'INSERT INTO position (member, topic, next) VALUES (?, ?, ?) ON CONFLICT (member, topic) DO UPDATE SET next = excluded.next',
    );
  }

  async append(records: readonly OutgoingRecord[]): Promise<void> {
    if (this.#waitingRecords + records.length > MOST_WAITING)
      throw new SluiceError('BUS_UNAVAILABLE', { detail: 'too many events wait to be written' });
    return this.#enqueue(records);
  }

  commit(position: Position): Promise<void> {
    return this.#enqueue([], position);
  }

  /** Small housekeeping between two flushes, again as long as it says true; a failure ends it until the next time. */
  later(chore: () => boolean): void {
    this.#chores.push(chore);
    this.#schedule();
  }

  /** Writes what waits. */
  async finish(): Promise<void> {
    this.#chores.length = 0;
    while (this.#waiting.length > 0) this.#write();
    clearImmediate(this.#scheduled);
    await this.#syncing;
  }

  #enqueue(records: readonly OutgoingRecord[], position?: Position): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ records, ...(position && { position }), resolve, reject });
    this.#waitingRecords += records.length;
    this.#schedule();
    return promise;
  }

  #schedule(): void {
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = undefined;
      if (this.#waiting.length > 0) this.#write();
      else this.#doChore();
      if (this.#waiting.length > 0 || this.#chores.length > 0) this.#schedule();
    });
  }

  #write(): void {
    const writes = this.#takeWrites();
    try {
      // After a sync that failed nothing may be added that would be read although it was refused.
      this.sync.check();
      this.database.exec('BEGIN IMMEDIATE');
      for (const write of writes) this.#writeOne(write);
      this.database.exec('COMMIT');
    } catch (cause) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      return this.#refuse(writes, cause);
    }
    this.#syncing = Promise.all([this.#syncing, this.#answer(writes)]).then(() => undefined);
  }

  /**
   * Positions alone are not synced: they outlive the process in any case, and a machine that loses the newest only has its groups read
   * again from before (at least once). The next event's sync takes them along, for there is one write-ahead log.
   */
  async #answer(writes: readonly Write[]): Promise<void> {
    const appended = writes.some((write) => write.records.length > 0);
    try {
      if (appended) await this.sync.durable();
    } catch (cause) {
      return this.#refuse(writes, cause);
    }
    this.#forget(writes);
    for (const write of writes) write.resolve();
    if (appended) this.onAppended();
  }

  #refuse(writes: readonly Write[], cause: unknown): void {
    this.#forget(writes);
    const error = new SluiceError('BUS_UNAVAILABLE', {
      detail: 'the embedded corridor cannot be written',
      cause,
    });
    for (const write of writes) write.reject(error);
  }

  /** They wait no more. */
  #forget(writes: readonly Write[]): void {
    for (const write of writes) this.#waitingRecords -= write.records.length;
  }

  #takeWrites(): Write[] {
    let records = 0;
    let count = 0;
    for (const write of this.#waiting) {
      records += write.records.length;
      if (count > 0 && records > MOST_PER_FLUSH) break;
      count += 1;
    }
    const writes = this.#waiting.splice(0, count);
    return writes;
  }

  #writeOne({ records, position }: Write): void {
    for (const { topic, key, value, headers, timestampMs } of records) {
      this.#insert.run(topic, key, value, JSON.stringify(headers), timestampMs ?? Date.now());
    }
    if (position) this.#move.run(position.group, position.topic, position.next);
  }

  #doChore(): void {
    const chore = this.#chores.shift();
    if (chore && again(chore)) this.#chores.push(chore);
  }
}

function again(chore: () => boolean): boolean {
  try {
    return chore();
  } catch {
    return false;
  }
}
