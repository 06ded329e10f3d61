import { describe, expect, it } from 'vitest';
import { RecordAges } from './record-ages.js';

const TOPIC = 'instance.received';

describe('the age of the oldest work', () => {
  it('is that of the oldest record in hand', () => {
    const ages = new RecordAges();
    ages.begin(TOPIC, 'one', 1_000);
    ages.begin(TOPIC, 'two', 4_000);
    expect(ages.oldestMs(TOPIC, 2, 10_000)).toBe(9_000);
    ages.done('one');
    expect(ages.oldestMs(TOPIC, 1, 10_000)).toBe(6_000);
    expect(ages.oldestMs('object.sealed', 0, 10_000)).toBe(0);
  });

  it('grows while a record fails and is tried again', () => {
    const ages = new RecordAges();
    ages.begin(TOPIC, 'one', 1_000);
    ages.failed('one', 5_000);
    expect(ages.oldestMs(TOPIC, 1, 30_000)).toBe(29_000);
    ages.begin(TOPIC, 'one', 1_000);
    expect(ages.oldestMs(TOPIC, 1, 600_000)).toBe(599_000);
  });

  it('forgets a record that failed and went elsewhere', () => {
    const ages = new RecordAges();
    ages.begin(TOPIC, 'one', 1_000);
    ages.failed('one', 5_000);
    expect(ages.oldestMs(TOPIC, 0, 70_000)).toBe(0);
  });

  it('counts from the first look at which records waited and none was in hand, and not from the last quiet hour', () => {
    const ages = new RecordAges();
    ages.begin(TOPIC, 'one', 1_000);
    ages.done('one');
    expect(ages.oldestMs(TOPIC, 3, 3_600_000)).toBe(0);
    expect(ages.oldestMs(TOPIC, 3, 3_615_000)).toBe(15_000);
    expect(ages.oldestMs(TOPIC, 0, 3_630_000)).toBe(0);
    expect(ages.oldestMs(TOPIC, 1, 3_645_000)).toBe(0);
  });
});
