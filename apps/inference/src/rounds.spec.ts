import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Rounds, startRounds } from './rounds.js';
import { delivery, type InferenceRoom, openInferenceRoom } from './testing/inference-room.js';

let room: InferenceRoom;
let rounds: Rounds | undefined;
beforeEach(async () => {
  room = await openInferenceRoom();
});
afterEach(async () => {
  await rounds?.stop();
  await room.remove();
});

it('do not read all dead letters each time, while a series waits for scrubbing', async () => {
  await room.hear('instance.received.v1', delivery(1));
  await room.tables.updateTable('inference_series').set({ changed_at: 1 }).execute();
  let [went, lists] = [0, 0];
  const list = async () => {
    lists += 1;
    // The first try fails: that is no list to be content with.
    if (lists === 1) throw new Error('the corridor is away');
    return [];
  };
  rounds = startRounds({
    ...{ tables: room.tables, bus: { deadLetters: { list } }, quietMs: 600_000, everyMs: 5 },
    ...{ say: async () => undefined, onJobs: () => undefined, log: { error: () => undefined } },
    onRound: async () => void (went += 1),
    onFatal: (error) => {
      throw error;
    },
  });
  await vi.waitFor(() => expect(went).toBeGreaterThan(3), 10_000);
  expect(lists).toBe(2);
});
