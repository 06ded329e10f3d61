import { expect, it } from 'vitest';
import { Queue } from './queue.js';

it('lets go who came first, whatever the topic, and tells how old the oldest is', () => {
  const queue = new Queue();
  queue.come(0, new Map([['raw', 10]]));
  queue.come(
    5,
    new Map([
      ['raw', 4],
      ['clean', 10],
    ]),
  );
  expect(queue.total).toBe(24);
  expect(queue.age(7)).toBe(7);
  expect([...queue.leave(12)]).toEqual([['raw', 12]]);
  expect(queue.age(7)).toBe(2);
  expect([...queue.leave(6)]).toEqual([
    ['raw', 2],
    ['clean', 4],
  ]);
  expect(queue.waiting).toEqual(
    new Map([
      ['raw', 0],
      ['clean', 6],
    ]),
  );
  expect([...queue.leave(100)]).toEqual([['clean', 6]]);
  expect([queue.total, queue.age(9)]).toEqual([0, 0]);
});

it('forgets what is long done', () => {
  const queue = new Queue();
  for (let second = 0; second < 25_000; second += 1) {
    queue.come(second, new Map([['raw', 1]]));
    expect(queue.leave(1).get('raw')).toBe(1);
  }
  queue.come(25_000, new Map([['raw', 1]]));
  expect(queue.age(25_001)).toBe(1);
});
