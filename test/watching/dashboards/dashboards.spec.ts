import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unknownMetrics } from '../metric-names.js';
import { DASHBOARDS, questionsOf } from './dashboards.js';
import { grafanaJson } from './grafana.js';

const FOLDER = join(import.meta.dirname, '../../../helm/sluice/files/dashboards');

describe.each(Object.entries(DASHBOARDS))('the dashboard %s', (name, dashboard) => {
  it('is the file that the chart brings (UPDATE_DOCS=1 writes it)', () => {
    const file = join(FOLDER, `${name}.json`);
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, grafanaJson(dashboard));
    expect(readFileSync(file, 'utf8')).toBe(grafanaJson(dashboard));
  });

  it('asks for metrics that are in the catalogue, and says of each panel what it shows', () => {
    expect(questionsOf(dashboard).flatMap(({ expr }) => unknownMetrics(expr))).toEqual([]);
    for (const panel of Object.values(dashboard.rows).flat())
      expect(panel.what, panel.title).toMatch(/.{8,}\.$/);
  });

  it('leaves no variable unfilled', () => {
    for (const { expr } of questionsOf(dashboard)) expect(expr).not.toContain('$');
  });
});

it('no file is without its source', () => {
  expect(readdirSync(FOLDER).sort()).toEqual(
    Object.keys(DASHBOARDS)
      .map((name) => `${name}.json`)
      .sort(),
  );
});
