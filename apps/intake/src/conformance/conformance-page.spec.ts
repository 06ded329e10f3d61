import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERRORS, type ErrorCode } from '@sluice/contracts';
import { expect, it } from 'vitest';
import { conformancePage } from './conformance-page.js';

const file = join(import.meta.dirname, '../../../../docs/conformance.md');

it('docs/conformance.md says what the tables of the code say (UPDATE_DOCS=1 writes it)', () => {
  const page = conformancePage();
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, page);
  expect(readFileSync(file, 'utf8')).toBe(page);
});

it('names classes, syntaxes and every code of intake that a sender can meet', () => {
  const page = conformancePage();
  for (const uid of ['1.2.840.10008.1.1', '1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.1.2.1.99'])
    expect(page).toContain(`| ${uid} |`);
  const codes = (Object.keys(ERRORS) as ErrorCode[]).filter((code) => code.startsWith('INTAKE_'));
  const byAssociation = ['INTAKE_CALLED_TITLE_REFUSED', 'INTAKE_ASSOCIATION_REFUSED'];
  for (const code of codes.filter((each) => !byAssociation.includes(each)))
    expect(page).toContain(`\`${code}\``);
});
