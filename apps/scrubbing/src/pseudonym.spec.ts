import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { dayOffsetOf, pseudonymOf } from './pseudonym.js';

describe('a subject’s secret gives', () => {
  const secret = Buffer.alloc(32, 7);

  it('the same pseudonym and the same days every time', () => {
    expect([pseudonymOf(secret), dayOffsetOf(secret)]).toEqual([pseudonymOf(secret), dayOffsetOf(secret)]);
    expect(pseudonymOf(secret)).toMatch(/^[A-Z2-7]{16}$/);
  });

  it('whole days, one day to ten years into the past, and other secrets others', () => {
    const offsets = Array.from({ length: 500 }, () => dayOffsetOf(randomBytes(32)));
    expect(offsets.every((days) => Number.isInteger(days) && days <= -1 && days >= -3652)).toBe(true);
    expect(new Set(offsets).size).toBeGreaterThan(400);
    expect(Math.min(...offsets)).toBeLessThan(-3000);
    expect(Math.max(...offsets)).toBeGreaterThan(-600);
  });
});
