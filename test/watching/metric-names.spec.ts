import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './alerts.js';
import { unknownMetrics } from './metric-names.js';

/** A metric stands before its labels, or in brackets. */
const ASKED = /\bsluice_[a-z_]+(?=[{)[])/g;

it('what the chart scales by are metrics that rooms report', async () => {
  const files = await Array.fromAsync(glob('helm/sluice/templates/*', { cwd: ROOT }));
  const texts = await Promise.all(files.map((file) => readFile(join(ROOT, file), 'utf8')));
  const asked = texts.flatMap((text) => text.match(ASKED) ?? []);
  expect(asked.length).toBeGreaterThan(0);
  expect(unknownMetrics(asked.join(' '))).toEqual([]);
});

it('a name that nobody reports is found', () => {
  expect(unknownMetrics('sum(sluice_association{room="intake"}) + sluice_ready')).toEqual([
    'sluice_association',
  ]);
});
