import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PIXEL_SYNTAXES } from './pixel-syntaxes.table.js';
import { pixelSyntaxesPage } from './syntaxes-page.js';

const PAGE = join(import.meta.dirname, '../../../../docs/pixel-syntaxes.md');

it('docs/pixel-syntaxes.md says what the table says', () => {
  if (process.env.UPDATE_DOCS === '1') writeFileSync(PAGE, pixelSyntaxesPage());
  expect(readFileSync(PAGE, 'utf8')).toBe(pixelSyntaxesPage());
});

it('a masked object is in a lossless syntax of the table, and masking it again changes nothing of that', () => {
  for (const { masked, codec } of PIXEL_SYNTAXES.values())
    expect(PIXEL_SYNTAXES.get(masked)).toEqual({ codec, lossy: false, masked });
});
