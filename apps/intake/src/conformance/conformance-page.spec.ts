import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERRORS, type ErrorCode } from '@sluice/contracts';
import { expect, it } from 'vitest';
import { conformancePage } from './conformance-page.js';

/** Said of what lies staged, by `sluice announce`. */
const ONLY_BY_ANNOUNCE = ['INTAKE_NAME_DIFFERS', 'INTAKE_SENDER_UNKNOWN'];
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
  const elsewhere = [
    'INTAKE_CALLED_TITLE_REFUSED',
    'INTAKE_ASSOCIATION_REFUSED',
    ...ONLY_BY_ANNOUNCE,
  ] as readonly ErrorCode[];
  for (const code of codes.filter((each) => !elsewhere.includes(each))) expect(page).toContain(`\`${code}\``);
});

it.each([...ONLY_BY_ANNOUNCE, 'BUS_DEAD_LETTER_MISSING', 'CRYPTO_SECRET_MISSING', 'DICOM_CODEC_FAILED'])(
  'does not name %s, which no sender can meet',
  (code) => {
    expect(ERRORS).toHaveProperty(code);
    expect(conformancePage()).not.toContain(code);
  },
);
