import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { DeidInstanceV1 } from './deid.js';

const PAGE = new URL('../../../../docs/analytics/deid.instance.v1.schema.json', import.meta.url);

/** Regenerate by `UPDATE_DOCS=1 npx vitest run libs/contracts/src/events`. */
it('the JSON Schema that analysts are given is the one that the code checks', () => {
  const schema = `${JSON.stringify({ title: 'deid.instance.v1', ...z.toJSONSchema(DeidInstanceV1) }, null, 2)}\n`;
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(PAGE, schema);
  expect(readFileSync(PAGE, 'utf8')).toBe(schema);
});

it('an attribute that is not on the allow-list is refused', () => {
  const result = DeidInstanceV1.safeParse({ PatientName: 'x' });
  expect(result.success).toBe(false);
});
