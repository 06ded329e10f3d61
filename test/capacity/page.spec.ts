import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newestMeasured } from './measured.js';
import { readInputs } from './network/inputs.js';
import { kedaPlot, pushPlot } from './report/plots.js';
import { networkReport } from './report/network-report.js';
import { costText, validationText } from './report/validation-text.js';
import { measuredKedaRuns } from './validate/keda-run.js';

const DOCS = join(import.meta.dirname, '../../docs');
const INPUTS = join(import.meta.dirname, 'network/thousand-scanners.yaml');
const [runs, measured] = [measuredKedaRuns(), newestMeasured()];
const { text, plots } = networkReport(readInputs(INPUTS), measured);
const PARTS = { validation: validationText(runs, measured), costs: costText(measured), network: text };
const PICTURES = {
  'capacity-keda.svg': kedaPlot(runs[0]!, measured),
  'capacity-push.svg': pushPlot(measured),
  ...plots,
};

it('docs/capacity.md says what is simulated (UPDATE_DOCS=1 writes it)', () => {
  const page = join(DOCS, 'capacity.md');
  const before = readFileSync(page, 'utf8');
  const expected = Object.entries(PARTS).reduce(
    (all, [name, part]) =>
      all.replace(
        new RegExp(`(<!-- ${name} -->)[\\s\\S]*?(<!-- /${name} -->)`),
        (_all, open: string, close: string) => `${open}\n\n${part}\n\n${close}`,
      ),
    before,
  );
  for (const name of Object.keys(PARTS)) expect(before).toContain(`<!-- /${name} -->`);
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, expected);
  expect(readFileSync(page, 'utf8')).toBe(expected);
});

it.each(Object.entries(PICTURES))('docs/%s is what is drawn', (name, drawn) => {
  const file = join(DOCS, name);
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, drawn);
  expect(readFileSync(file, 'utf8')).toBe(drawn);
});
