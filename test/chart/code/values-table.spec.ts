import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { documentedValues, valuesTable } from './values-table.js';

const CHART = join(import.meta.dirname, '../../../helm/sluice');
const TABLE = /(<!-- values -->)[\s\S]*?(<!-- \/values -->)/;
const { rows, undocumented } = documentedValues(readFileSync(join(CHART, 'values.yaml'), 'utf8'));

it('the README of the chart lists the values (UPDATE_DOCS=1 writes them)', () => {
  const file = join(CHART, 'README.md');
  const text = readFileSync(file, 'utf8');
  const expected = text.replace(TABLE, (_all, open, close) => `${open}\n\n${valuesTable(rows)}\n\n${close}`);
  if (process.env['UPDATE_DOCS']) writeFileSync(file, expected);
  expect(text).toMatch(TABLE);
  expect(readFileSync(file, 'utf8')).toBe(expected);
});

it('each value is described', () => {
  expect(undocumented).toEqual([]);
  for (const { path, description } of rows) expect(description, path).toMatch(/.{3,}/);
});
