import { expect, it } from 'vitest';
import { openPlaces } from './places.js';

const guest = () => ({ end: () => undefined });
const busy = { code: 'CLI_DOOR_BUSY' };

it('holds as many as it has places for, and one more when one is free again', async () => {
  const places = openPlaces(2);
  const first = Promise.withResolvers<string>();
  const second = Promise.withResolvers<string>();
  const holding = [places.hold(guest(), () => first.promise), places.hold(guest(), () => second.promise)];
  await expect(places.hold(guest(), () => Promise.resolve('third'))).rejects.toMatchObject(busy);
  first.resolve('first');
  expect(await holding[0]).toBe('first');
  expect(await places.hold(guest(), () => Promise.resolve('third'))).toBe('third');
  second.reject(new Error('failed'));
  await expect(holding[1]).rejects.toThrow('failed');
  await places.drain(60_000);
});

it('drains: takes no more, waits for what is in hand, and ends what takes too long', async () => {
  const places = openPlaces(2);
  const patient = Promise.withResolvers<void>();
  const endless = Promise.withResolvers<void>();
  const order: string[] = [];
  const end = () => (order.push('ended'), endless.resolve());
  void places.hold(guest(), () => patient.promise).then(() => order.push('done'));
  void places.hold({ end }, () => endless.promise);
  const drained = places.drain(50).then(() => order.push('drained'));
  await expect(places.hold(guest(), () => Promise.resolve())).rejects.toMatchObject(busy);
  patient.resolve();
  await drained;
  expect(order).toEqual(['done', 'ended', 'drained']);
});

it('does not wait for who stays though it was ended', async () => {
  const places = openPlaces(2);
  const stays = Promise.withResolvers<void>();
  const order: string[] = [];
  const staying = places.hold({ end: () => order.push('ended') }, () => stays.promise);
  await places.drain(0, 0);
  order.push('drained');
  stays.resolve();
  await staying;
  expect(order).toEqual(['ended', 'drained']);
});
