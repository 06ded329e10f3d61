import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { VALUES } from './values-schema.js';

const CHART = join(import.meta.dirname, '../../../helm/sluice');
const FILE = join(CHART, 'values.schema.json');

/** Settings are read from text: a number may be given as a number, a switch as a switch. */
const schema = z.toJSONSchema(VALUES, {
  target: 'draft-2020-12',
  io: 'output',
  unrepresentable: 'any',
  reused: 'ref',
});

it('values.schema.json is what the code says (UPDATE_DOCS=1 writes it)', () => {
  const expected = `${JSON.stringify(schema, null, 2)}\n`;
  if (process.env['UPDATE_DOCS']) writeFileSync(FILE, expected);
  expect(existsSync(FILE) ? readFileSync(FILE, 'utf8') : '').toBe(expected);
});

it('every object refuses unknown keys, or says what its values are', () => {
  const open: string[] = [];
  const visit = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, additionalProperties } = node as Record<string, unknown>;
    if (type === 'object' && additionalProperties === undefined) open.push(path);
    for (const [name, child] of Object.entries(node)) visit(child, `${path}/${name}`);
  };
  visit(schema, '');
  expect(open).toEqual([]);
});

it('the default values are valid', () => {
  const values: unknown = parse(readFileSync(join(CHART, 'values.yaml'), 'utf8'));
  expect(VALUES.safeParse(values).error?.issues ?? []).toEqual([]);
});
