import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBus, type Bus } from '@sluice/bus';
import { openKeys, type Keys } from '@sluice/crypto';
import { completeEvent, type NextEvent } from '@sluice/service';
import { openStore, secretShelf, type Store } from '@sluice/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BatchClosing } from './batch-closing.js';
import { addToBatch, isFull, openBatch, type Batch } from './batches.js';
import { readPeers } from '../peers.js';
import { until } from '../testing/intake-room.js';

let folder: string;
let store: Store;
let keys: Keys;
let bus: Bus;
let errors: unknown[][];
const log = { error: (...line: unknown[]) => void errors.push(line) };
const [peer] = readPeers(JSON.stringify([{ name: 'ct-1', tenant: 't1' }]));
const key = (number: number) => String(number).padStart(64, '0');

beforeEach(async () => {
  errors = [];
  folder = await mkdtemp(join(tmpdir(), 'sluice-batches-'));
  store = await openStore(`file:${folder}/store`);
  keys = await openKeys(`local:${folder}/keys`, { shelf: secretShelf(store) });
  bus = await openBus(`embedded:${folder}/bus`, {});
});
afterEach(async () => {
  for (const door of [bus, keys, store]) await door.close();
  await rm(folder, { recursive: true, force: true });
});

const publish = (events: readonly NextEvent[]) =>
  bus.publish(events.map((event) => completeEvent('intake', event)));
const lag = async () => (await bus.lag('archival'))['batch.closed'] ?? 0;
const behind = async () => {
  const consumption = await bus.consume({
    group: 'archival',
    topics: ['batch.closed'],
    handler: () => Promise.resolve([]),
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  await consumption.drain();
};

function batchOf(studies: number): Batch {
  const batch = openBatch(peer!);
  for (let study = 1; study <= studies; study += 1)
    addToBatch(batch, { studyKey: key(study), seriesKey: key(study), instanceKey: key(study) });
  return batch;
}

describe('closing a batch', () => {
  it('publishes one event per study and says nothing for an empty batch', async () => {
    await behind();
    const closing = new BatchClosing({ store, keys, publish }, log);
    closing.close(batchOf(3));
    closing.close(batchOf(0));
    await closing.settled();
    expect(await lag()).toBe(3);
    expect(errors).toEqual([]);
  });

  it('tries again while the corridor is down, and the events come once it is back', async () => {
    await behind();
    await bus.close();
    let tries = 0;
    const counted = (events: readonly NextEvent[]) => publish(events).finally(() => (tries += 1));
    const closing = new BatchClosing({ store, keys, publish: counted }, log, [30, 300, 5_000]);
    closing.close(batchOf(2));
    await until(() => tries > 0);
    bus = await openBus(`embedded:${folder}/bus`, {});
    await closing.settled();
    expect(await lag()).toBe(2);
    expect(errors).toEqual([]);
  });

  it('gives up after a few tries and says so by code, naming nobody', async () => {
    await bus.close();
    const closing = new BatchClosing({ store, keys, publish }, log, [5, 5]);
    const batch = batchOf(2);
    closing.close(batch);
    await closing.settled();
    expect(errors).toEqual([
      [
        'a batch was not announced as closed',
        expect.objectContaining({ code: 'BUS_UNAVAILABLE' }),
        { batchKey: batch.key, peer: 'ct-1', studies: 2 },
      ],
    ]);
  });
});

it('what is closed is let go: a later try has less to do, and nothing is announced twice', async () => {
  await behind();
  let tries = 0;
  const once = (events: readonly NextEvent[]) => {
    tries += 1;
    return tries === 2 ? Promise.reject(new Error('the corridor is down')) : publish(events);
  };
  const closing = new BatchClosing({ store, keys, publish: once }, log, [5]);
  const batch = batchOf(60);
  closing.close(batch);
  await closing.settled();
  expect(tries).toBeGreaterThan(2);
  expect(await lag()).toBe(60);
  expect(batch.studies.size).toBe(0);
});

it('a full batch becomes a new one, and both are announced', async () => {
  await behind();
  const closing = new BatchClosing({ store, keys, publish }, log);
  const batch = batchOf(199);
  const { key: first } = batch;
  closing.makeRoom(batch);
  expect(batch.key).toBe(first);
  addToBatch(batch, { studyKey: key(200), seriesKey: key(1), instanceKey: key(1) });
  closing.makeRoom(batch);
  expect(batch).toEqual({ ...openBatch(peer!), key: expect.not.stringContaining(first) as string });
  addToBatch(batch, { studyKey: key(200), seriesKey: key(1), instanceKey: key(2) });
  closing.close(batch);
  await closing.settled();
  expect(await lag()).toBe(201);
});

it.each([
  [5_000, 'instances', 1],
  [200, 'studies', 200],
])('a batch is full at %i %s, so that what a sender can make us hold is small', (count, _what, studies) => {
  const batch = openBatch(peer!);
  for (let at = 0; at < count; at += 1) {
    expect(isFull(batch)).toBe(false);
    addToBatch(batch, { studyKey: `${at % studies}`, seriesKey: key(2), instanceKey: String(at) });
  }
  expect(isFull(batch)).toBe(true);
});
