import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, type Database } from '@sluice/database';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pause } from '../testing/bus-world.js';
import { openInHandJournal } from './in-hand-journal.js';

describe('the journal of records in hand', () => {
  let folder: string;
  let database: Database;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-journal-'));
    database = await openDatabase(`sqlite:${join(folder, 'room.sqlite')}`);
  });
  afterEach(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });

  it('counts-a-death-when-a-lease-ran-out-and-only-for-what-was-in-hand', async () => {
    const dead = await openInHandJournal(database, 'scrubbing', { leaseMs: 50 });
    await dead.take(['in-hand', 'settled', 'released']);
    await dead.settle(['settled']);
    await dead.release(['released']);
    await pause(100);
    const next = await openInHandJournal(database, 'scrubbing', { leaseMs: 50 });
    expect(await next.take(['in-hand', 'settled', 'released', 'new'])).toEqual(new Map([['in-hand', 1]]));
    await next.settle(['in-hand']);
    expect(await next.take(['in-hand'])).toEqual(new Map());
  });

  it('does-not-count-an-owner-that-beats-nor-one-that-closed', async () => {
    const alive = await openInHandJournal(database, 'scrubbing', { leaseMs: 200 });
    const closed = await openInHandJournal(database, 'scrubbing', { leaseMs: 200 });
    await alive.take(['a']);
    await closed.take(['b']);
    await closed.close();
    for (let beat = 0; beat < 6; beat++) {
      await pause(60);
      await alive.beat();
    }
    const other = await openInHandJournal(database, 'scrubbing', { leaseMs: 200 });
    expect(await other.take(['a', 'b'])).toEqual(new Map());
  });

  it('keeps-groups-apart-and-counts-each-death-once', async () => {
    const dead = await openInHandJournal(database, 'batch-closing', { leaseMs: 50 });
    await dead.take(['a']);
    await pause(100);
    const others = await Promise.all([1, 2, 3].map(() => openInHandJournal(database, 'batch-closing', { leaseMs: 10_000 })));
    await Promise.all(others.map((journal) => journal.take(['b'])));
    const shortSighted = await openInHandJournal(database, 'batch-closing', { leaseMs: 60 });
    expect(await shortSighted.take(['a'])).toEqual(new Map([['a', 1]]));
    expect(await (await openInHandJournal(database, 'other')).take(['a'])).toEqual(new Map());
  });
});
