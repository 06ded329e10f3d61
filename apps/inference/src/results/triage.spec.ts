import { describe, expect, it } from 'vitest';
import { contractOf } from '../input/testing/made-input.js';
import { answerFrame, type FrameAnswer } from './answer-frame.js';
import type { Lesion } from './lesions/lesions.js';
import { triageOf } from './triage.js';

const contract = contractOf('breast-us');
const grey = { width: 4, height: 4, data: new Uint8Array(16) };
const lesion = (long: number): Lesion => ({
  part: { box: { left: 0, top: 0, width: 1, height: 1 }, data: Uint8Array.from([1]), area: 1 },
  areaPixels: 1,
  area: 1,
  meanProbability: 1,
  peakProbability: 1,
  long,
  short: 1,
  ends: [
    { x: 0.5, y: 0.5 },
    { x: 0.5, y: 0.5 },
  ],
});
const frame = (malignant: number, long: number, unit: 'mm' | 'pixel' = 'mm'): FrameAnswer => ({
  index: 0,
  grey,
  spacing: { unit, row: 1, column: 1, from: unit === 'mm' ? 'pixel-spacing' : 'none' },
  lesions: long > 0 ? [lesion(long)] : [],
  probabilities: [1 - malignant, malignant],
});

describe('triage', () => {
  it.each([
    [frame(0.5, 5), 'urgent', ['probability-urgent']],
    [frame(0.49, 5), 'soon', ['probability-soon']],
    [frame(0.2, 5), 'soon', ['probability-soon']],
    [frame(0.19, 5), 'routine', ['below-every-limit']],
    [frame(0.1, 20), 'soon', ['long-axis']],
    [frame(0.1, 500, 'pixel'), 'routine', ['below-every-limit']],
    [frame(0.1, 0), 'soon', ['nothing-found-where-a-lesion-was-expected']],
    [{ ...frame(0, 0), probabilities: undefined }, 'soon', ['blank-frame']],
    [{ ...frame(0, 0), probabilities: undefined, unshown: 'coloured' as const }, 'soon', ['coloured-frame']],
  ])('%#: %j is %s', (one, urgency, reasons) => {
    expect(triageOf([one], contract)).toEqual({ class: urgency, reasons });
  });

  it.each([
    [[0.6, 0.4], 'routine', ['below-every-limit']],
    [[0.4, 0.6], 'soon', ['second-opinion-disagrees']],
    [undefined, 'soon', ['second-opinion-missing']],
  ] as const)(
    'of a benign frame that a second model holds for %j is %s',
    (probabilities, urgency, reasons) => {
      const second = { model: { name: 'other', version: '1', digest: 'c'.repeat(64) }, probabilities };
      expect(triageOf([{ ...frame(0.1, 5), second }], contract)).toEqual({ class: urgency, reasons });
    },
  );

  it('of several frames is that of the most urgent one, with all reasons', () => {
    expect(triageOf([frame(0.1, 5), frame(0.9, 5), frame(0.1, 30)], contract)).toEqual({
      class: 'urgent',
      reasons: ['probability-urgent', 'long-axis'],
    });
  });

  it('without a rule is soon: nobody said what may wait', () => {
    const { triage: _, ...unruled } = contract;
    expect(triageOf([frame(0.01, 5)], unruled)).toEqual({ class: 'soon', reasons: ['model-has-no-rule'] });
  });
});

describe('probabilities', () => {
  const box = { left: 0, top: 0, width: 16, height: 16 };
  const seen = {
    index: 0,
    image: undefined,
    unshown: undefined,
    grey: { width: 16, height: 16, data: new Uint8Array(256) },
    spacing: { unit: 'pixel', row: 1, column: 1, from: 'none' },
    placement: { columns: 16, rows: 16, crop: box, size: 16, box },
  } as const;
  const output = { mask: new Float32Array(256), probabilities: [0.4, 0.6], logits: [0, 2] };

  it("are the graph's own where it is calibrated, else those of the logits over the temperature", () => {
    expect(answerFrame(seen, output, contract).probabilities).toEqual([0.4, 0.6]);
    const raw = { ...contract, temperature: { value: 2, appliedInGraph: false } };
    const [benign, malignant] = answerFrame(seen, output, raw).probabilities ?? [];
    // 1 / (1 + e^-1) = 0.7311
    expect(malignant).toBeCloseTo(0.7311, 4);
    expect((benign ?? 0) + (malignant ?? 0)).toBeCloseTo(1, 12);
  });
});
