import { expect, it } from 'vitest';
import { ExpiringCache } from './expiring-cache.js';

const secret = (byte: number) => async () => Buffer.alloc(32, byte);

it('makes a value once for all who ask together, and keeps no failure', async () => {
  const cache = new ExpiringCache({ maxEntries: 10, maxAgeMs: 60_000 });
  let made = 0;
  const make = async () => {
    made += 1;
    if (made === 1) throw new Error('not now');
    return Buffer.alloc(32, 1);
  };
  expect(
    (await Promise.allSettled([cache.get('a', make), cache.get('a', make)])).map(({ status }) => status),
  ).toEqual(['rejected', 'rejected']);
  await Promise.all([cache.get('a', make), cache.get('a', make)]);
  expect(made).toBe(2);
});

it('drops the least recently used, and zeroes what it held but not what it gave', async () => {
  const cache = new ExpiringCache({ maxEntries: 2, maxAgeMs: 60_000 });
  const held = Buffer.alloc(32, 1);
  const given = await cache.get('a', async () => held);
  await cache.get('b', secret(2));
  await cache.get('a', secret(9));
  await cache.get('c', secret(3));
  expect(await cache.get('a', secret(9))).toEqual(Buffer.alloc(32, 1));
  expect(await cache.get('b', secret(4))).toEqual(Buffer.alloc(32, 4));
  cache.clear();
  await Promise.resolve();
  expect(held).toEqual(Buffer.alloc(32));
  expect(given).toEqual(Buffer.alloc(32, 1));
});
