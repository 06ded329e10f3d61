import { describe, expect, it } from 'vitest';
import { figuresOf, intervalsOf, type Scored } from './figures.js';

const scored = (more: Partial<Scored> = {}): Scored => ({
  dice: 0.9,
  iou: 0.8,
  axisError: 0.1,
  probabilities: [0.2, 0.8],
  label: 1,
  group: 'a',
  ...more,
});
const of = (score: number, label: number, group = 'a') =>
  scored({ probabilities: [1 - score, score], label, group });

describe('figures', () => {
  it('tell how well two classes are told apart, ties counted half', () => {
    expect(figuresOf([of(0.9, 1), of(0.8, 1), of(0.2, 0), of(0.1, 0)]).auc).toBe(1);
    expect(figuresOf([of(0.5, 1), of(0.5, 0)]).auc).toBe(0.5);
    expect(figuresOf([of(0.9, 1), of(0.6, 0), of(0.4, 1), of(0.1, 0)]).auc).toBe(0.75);
    expect(figuresOf([of(0.9, 1)]).auc).toBeNaN();
  });

  it('tell of three classes the mean of one against the rest', () => {
    const three = (at: number) =>
      scored({ probabilities: [0, 1, 2].map((n) => (n === at ? 0.8 : 0.1)), label: at });
    expect(figuresOf([three(0), three(1), three(2)]).auc).toBe(1);
  });

  it('tell how far confidence is from being right, by bins of the most probable class', () => {
    expect(figuresOf([of(1, 1), of(0, 0)]).ece).toBe(0);
    expect(figuresOf([of(0.75, 1), of(0.75, 0)]).ece).toBeCloseTo(0.25, 12);
    expect(figuresOf([of(0.95, 1), of(0.65, 0)]).ece).toBeCloseTo((0.05 + 0.65) / 2, 12);
  });

  it('count what was missed and take the median of the sizes', () => {
    const figures = figuresOf([
      scored({ iou: 0.05, axisError: 1 }),
      scored({ iou: 0.1, axisError: 0.2 }),
      scored({ axisError: 0.1 }),
      scored({ axisError: 0 }),
    ]);
    expect(figures.missed).toBe(1);
    expect(figures.longAxisErrorMedian).toBeCloseTo(0.15, 12);
  });

  it('have intervals by patients: one patient alone has none, and the same seed gives the same', () => {
    const one = Array.from({ length: 20 }, (_, at) => scored({ dice: at / 20 }));
    const { dice } = intervalsOf(one);
    expect(dice[0]).toBeCloseTo(dice[1], 12);
    const many = one.map((row, at) => ({ ...row, group: String(at) }));
    const wide = intervalsOf(many).dice;
    expect(wide[1] - wide[0]).toBeGreaterThan(0.1);
    expect(wide[0]).toBeLessThan(figuresOf(many).dice);
    expect(wide[1]).toBeGreaterThan(figuresOf(many).dice);
    expect(intervalsOf(many)).toEqual(intervalsOf(many));
  });
});
