import { type IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { beginAnswer } from './answer.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

/** An answer on no line, and what was said in it; `isFull`: the person takes nothing. */
function begin() {
  const response = new ServerResponse({ method: 'POST' } as IncomingMessage);
  const said: unknown[] = [];
  const line = { isFull: false };
  response.write = ((text: string) => {
    said.push(JSON.parse(text));
    return !line.isFull;
  }) as typeof response.write;
  Object.defineProperty(response, 'writableNeedDrain', { get: () => line.isFull });
  const desk = { person: 'ada', ended: new AbortController().signal };
  return { answer: beginAnswer(response, desk, true), said, line };
}

it('tells how far a command is once a second, and always that it is done', () => {
  const { answer, said } = begin();
  for (let done = 0; done <= 5_000; done += 1) {
    answer.output.progress('archived', done, 5_000);
    vi.advanceTimersByTime(1);
  }
  const told = [0, 1_000, 2_000, 3_000, 4_000, 5_000];
  expect(said).toEqual(told.map((done) => ({ progress: ['archived', done, 5_000] })));
});

it('keeps no progress in memory for a person who takes none', () => {
  const { answer, said, line } = begin();
  line.isFull = true;
  for (const done of [1, 2, 3]) {
    answer.output.progress('archived', done, 3);
    vi.advanceTimersByTime(1_000);
  }
  expect(said).toEqual([]);
  line.isFull = false;
  answer.output.progress('archived', 3, 3);
  expect(said).toEqual([{ progress: ['archived', 3, 3] }]);
});
