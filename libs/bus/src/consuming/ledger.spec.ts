import { describe, expect, it } from 'vitest';
import type { Batch, LogRecord } from '../log-wire.js';
import { Ledger } from './ledger.js';

function batchOf(count: number, commits: bigint[]): Batch {
  const records = Array.from({ length: count }, (_, index): LogRecord => {
    return {
      topic: 't',
      partition: 0,
      offset: BigInt(index + 10),
      key: '',
      value: null,
      headers: {},
      timestampMs: 0,
    };
  });
  return {
    topic: 't',
    partition: 0,
    records,
    lost: new AbortController().signal,
    commit: async (next) => void commits.push(next),
  };
}

describe('the ledger', () => {
  it('commits-only-what-is-settled-without-a-gap', async () => {
    const commits: bigint[] = [];
    const batch = batchOf(4, commits);
    const ledger = new Ledger(batch);
    ledger.settle(batch.records[1]!);
    ledger.settle(batch.records[2]!);
    await ledger.commit();
    expect(commits).toEqual([]);
    ledger.settle(batch.records[0]!);
    await ledger.commit();
    await ledger.commit();
    expect(commits).toEqual([13n]);
    expect(ledger.rest()).toEqual([batch.records[3]]);
  });

  it('makes-up-for-a-commit-that-failed', async () => {
    const commits: bigint[] = [];
    let down = true;
    const batch = {
      ...batchOf(2, commits),
      commit: async (next: bigint) => (down ? Promise.reject(new Error('down')) : void commits.push(next)),
    };
    const ledger = new Ledger(batch);
    ledger.settle(batch.records[0]!);
    await expect(ledger.commit()).rejects.toThrow('down');
    down = false;
    await ledger.commit();
    expect(commits).toEqual([11n]);
  });
});
