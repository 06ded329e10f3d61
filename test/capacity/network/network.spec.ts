import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chartRules } from '../chart-rules.js';
import { newestMeasured } from '../measured.js';
import { arrivalsOf, DAY_SECONDS, instancesPerDay, sumOf } from './day.js';
import { parseInputs, readInputs } from './inputs.js';
import { simulateDay } from './network.js';

const FILE = join(import.meta.dirname, 'thousand-scanners.yaml');
const inputs = readInputs(FILE);
const text = readFileSync(FILE, 'utf8');

describe('inputs', () => {
  it('are of a thousand scanners', () => {
    expect(sumOf(inputs.modalities, ({ scanners }) => scanners)).toBe(1_000);
  });

  it('come in as they are said to, bursts and all', () => {
    const arrivals = arrivalsOf(inputs);
    const all = Array.from({ length: DAY_SECONDS }, (_, second) => arrivals(second)).reduce((a, b) => a + b);
    expect(all / sumOf(inputs.modalities, instancesPerDay)).toBeCloseTo(1, 6);
    expect(arrivals(10 * 3_600) / arrivals(10 * 3_600 + 600)).toBeCloseTo(4, 6);
  });

  it('may be JSON', () => {
    expect(parseInputs(JSON.stringify(inputs), 'inputs.json')).toEqual(inputs);
  });

  it.each([
    [
      'a key that is not known',
      text.replace('daysPerYear:', 'daysPerYaer:'),
      /daysPerYear[\s\S]*daysPerYaer/,
    ],
    ['scanners below none', text.replace('scanners: 120', 'scanners: -1'), /modalities\.0\.scanners/],
    ['a day of 23 hours', text.replace('day: [1, ', 'day: ['), /day/],
    ['more bursts than time', text.replace('times: 2', 'times: 4'), /burst/],
    [
      'a picture that was not measured',
      text.replace('like: mammogram', 'like: xray'),
      /modalities\.3\.look\.like/,
    ],
    ['too much text', `${text}#${'x'.repeat(100_000)}`, /longer than/],
  ])('with %s are refused by name', (_what, wrong, words) => {
    expect(() => parseInputs(wrong, 'inputs.yaml')).toThrow(words);
  });
});

it('the rules are those of the chart', () => {
  expect(chartRules('scrubbing')).toEqual({
    partitions: 12,
    rule: {
      ...{ min: 1, max: 12, lagPerReplica: 100, lookSeconds: 15 },
      up: { percent: 100, pods: 2, periodSeconds: 30 },
      down: { stabilizationSeconds: 300, pods: 1, periodSeconds: 120 },
    },
  });
  expect(chartRules('intake').rule).toMatchObject({ min: 2, max: 8, coresPerReplica: 0.375 });
});

it('a network of half the scanners needs half the cores', () => {
  const plan = { installation: inputs.installations.at(-1)!, outage: false };
  const halves = inputs.modalities.map((one) => ({ ...one, scanners: one.scanners / 2 }));
  const cores = (modalities: typeof inputs.modalities): number =>
    sumOf(simulateDay({ ...inputs, modalities }, newestMeasured(), plan), (course) =>
      sumOf(course.cores, (each) => each),
    );
  expect(cores(halves) / cores(inputs.modalities)).toBeCloseTo(0.5, 2);
});
