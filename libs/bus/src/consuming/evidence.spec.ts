import { describe, expect, it } from 'vitest';
import { Evidence } from './evidence.js';

describe('the evidence that one record is sick and not its dependency', () => {
  it('lets-many-step-aside-while-others-of-their-type-pass', () => {
    const evidence = new Evidence();
    const firstFailure = evidence.now();
    evidence.passed('a', evidence.now());
    expect([1, 2, 3].map(() => evidence.mayStepAside('a', firstFailure))).toEqual([true, true, true]);
  });

  it('lets-only-one-step-aside-in-an-outage', () => {
    const evidence = new Evidence();
    const begunBefore = evidence.now();
    const firstFailure = evidence.now();
    evidence.passed('a', begunBefore);
    evidence.passed('b', evidence.now());
    expect([1, 2, 3].map(() => evidence.mayStepAside('a', firstFailure))).toEqual([true, false, false]);
    evidence.passed('a', begunBefore);
    expect(evidence.mayStepAside('a', firstFailure)).toBe(true);
  });
});
