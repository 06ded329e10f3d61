import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { DeidFindingV1, DeidInstanceV1 } from './deid.js';

const SCHEMAS = { 'deid.instance.v1': DeidInstanceV1, 'deid.finding.v1': DeidFindingV1 };

/** Regenerate by `UPDATE_DOCS=1 npx vitest run libs/contracts/src/events`. */
it.each(Object.entries(SCHEMAS))(
  'the JSON Schema of %s that analysts are given is the one that the code checks',
  (title, schema) => {
    const page = new URL(`../../../../docs/analytics/${title}.schema.json`, import.meta.url);
    const text = `${JSON.stringify({ title, ...z.toJSONSchema(schema) }, null, 2)}\n`;
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, text);
    expect(readFileSync(page, 'utf8')).toBe(text);
  },
);

it.each(Object.entries(SCHEMAS))(
  'an attribute that is not on the allow-list of %s is refused',
  (_title, schema) => {
    const result = schema.safeParse({ PatientName: 'x' });
    expect(result.success).toBe(false);
  },
);
