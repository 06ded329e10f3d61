import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { METRICS } from './catalogue.js';
import { metricsPage } from './metrics-page.js';

const PAGE = join(import.meta.dirname, '../../../../docs/metrics.md');

it('docs/metrics.md is what the catalogue says (UPDATE_DOCS=1 writes it)', () => {
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(PAGE, metricsPage());
  expect(readFileSync(PAGE, 'utf8')).toBe(metricsPage());
});

it.each(Object.entries(METRICS))('%s has a name in the manner of Prometheus', (name, { type }) => {
  expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
  expect(name.endsWith('_total')).toBe(type === 'counter');
  if (type === 'durations') expect(name).toMatch(/_seconds$/);
  expect(name).not.toMatch(/_(ms|minutes|kb|mb|count)(_|$)/);
});
