import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it } from 'vitest';
import { Compaction } from './compaction.js';
import { LOG_SCHEMA } from './log-file.js';

describe('compaction of the embedded corridor', () => {
  let database: DatabaseSync;
  beforeEach(() => {
    database = new DatabaseSync(':memory:');
    database.exec(LOG_SCHEMA);
  });

  function append(topic: string, keys: readonly string[]): void {
    const insert = database.prepare("INSERT INTO record (topic, key, headers, at) VALUES (?, ?, '{}', 0)");
    for (const key of keys) insert.run(topic, key);
  }

  const count = (topic: string): unknown =>
    database.prepare('SELECT count(*) AS records FROM record WHERE topic = ?').get(topic)?.['records'];

  /** Changes of each step until there is nothing left to do. */
  function steps(compaction: Compaction): number[] {
    const changes: number[] = [];
    const total = () => Number(database.prepare('SELECT total_changes() AS total').get()?.['total']);
    for (let before = total(); compaction.step(); before = total()) changes.push(total() - before);
    return changes;
  }

  it('keeps-the-last-of-each-key-and-touches-no-topic-of-the-corridor', () => {
    append('deid.t1.instance.v1', ['a', 'b', 'a', 'a']);
    append('deid.t2.instance.v1', ['a']);
    append('instance.received', ['a', 'a']);
    steps(new Compaction(database));
    expect(['deid.t1.instance.v1', 'deid.t2.instance.v1', 'instance.received'].map(count)).toEqual([2, 1, 2]);
    const last = database.prepare(
      "SELECT max(seq) AS seq FROM record WHERE key = 'a' AND topic LIKE 'deid.t1%'",
    );
    expect(last.get()).toEqual({ seq: 4 });
  });

  it('works-in-small-steps-and-looks-at-each-record-once', () => {
    const keys = Array.from({ length: 3_000 }, (_, index) => `k${index % 1_500}`);
    append('deid.t1.instance.v1', keys);
    append('instance.received', keys);
    const compaction = new Compaction(database);
    const first = steps(compaction);
    expect(first.length).toBe(6);
    expect(Math.max(...first)).toBeLessThanOrEqual(500);
    expect(count('deid.t1.instance.v1')).toBe(1_500);
    append('deid.t1.instance.v1', ['k7']);
    expect(steps(compaction)).toEqual([1]);
  });

  it('reads-through-its-index-and-never-through-the-corridor', () => {
    append('deid.t1.instance.v1', ['a', 'a']);
    const plans = Compaction.statements.map((text) =>
      database
        .prepare(`EXPLAIN QUERY PLAN ${text}`)
        .all(0, 500)
        .map((row) => String(row['detail'])),
    );
    const scans = plans.flat().filter((line) => /^(SCAN|SEARCH) (record|newer|older)\b/.test(line));
    expect(scans.every((line) => line.includes('record_compacted') || line.includes('rowid=?'))).toBe(true);
    expect(scans.length).toBeGreaterThanOrEqual(3);
  });
});
