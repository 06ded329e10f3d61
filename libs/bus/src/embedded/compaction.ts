import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Only analytics topics are compacted (law 8); ranges, not LIKE, so that SQLite may take the small index. */
const COMPACTED = (topic: string): string => `${topic} >= 'deid.' AND ${topic} < 'deid/'`;

/** Index of the compacted topics alone: the corridor's own records are never looked up by key. */
export const COMPACTION_SCHEMA = `
  CREATE INDEX IF NOT EXISTS record_compacted ON record (topic, key, seq) WHERE ${COMPACTED('topic')};
  CREATE INDEX IF NOT EXISTS record_compacted_by_seq ON record (seq) WHERE ${COMPACTED('topic')};`;

const ROWS_PER_STEP = 500;
const END_OF_STEP = `SELECT max(seq) AS last FROM (
  SELECT seq FROM record INDEXED BY record_compacted_by_seq WHERE seq > ? AND ${COMPACTED('topic')} ORDER BY seq LIMIT ?)`;
const REMOVE = `DELETE FROM record WHERE seq IN (
  SELECT older.seq FROM record AS newer INDEXED BY record_compacted_by_seq
  CROSS JOIN record AS older INDEXED BY record_compacted ON older.topic = newer.topic AND older.key = newer.key AND older.seq < newer.seq
  WHERE newer.seq > ? AND newer.seq <= ? AND ${COMPACTED('newer.topic')} AND ${COMPACTED('older.topic')})`;

/** Of a compacted topic the last record of a key is its state; those before it go. Works in small steps, and looks at each record once. */
export class Compaction {
  static readonly statements = [END_OF_STEP, REMOVE];
  #seen = 0;
  readonly #range: StatementSync;
  readonly #remove: StatementSync;

  constructor(database: DatabaseSync) {
    this.#range = database.prepare(END_OF_STEP);
    this.#remove = database.prepare(REMOVE);
  }

  /** One step; false when nothing was left to look at. */
  step(): boolean {
    const { last } = this.#range.get(this.#seen, ROWS_PER_STEP) as { last: number | null };
    if (last === null) return false;
    this.#remove.run(this.#seen, last);
    this.#seen = last;
    return true;
  }
}
