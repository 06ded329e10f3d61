import type { Check } from './check.types.ts';
import type { ReadObject } from './read-output.ts';

/** Codes of De-identification Method (PS3.16 CID 7050) by option. What cleans pixels may say so; it need not. */
const CODES: Readonly<Record<string, string>> = {
  'retain-safe-private': '113111',
  'retain-uids': '113110',
  'retain-device-identity': '113109',
  'retain-institution-identity': '113112',
  'retain-patient-characteristics': '113108',
  'retain-longitudinal-full-dates': '113106',
  'retain-longitudinal-modified-dates': '113107',
  'clean-descriptors': '113105',
  'clean-structured-content': '113104',
  'clean-graphics': '113103',
};
const BASIC = '113100';

/** The marks of PS3.15 E.1.1: identity removed, by which method and codes, and what became of dates. */
export function judgeMarkers(output: ReadObject, options: ReadonlySet<string>): Check[] {
  const text = (tag: string) => output.elements.get(tag)?.text;
  const check = (at: string, passed: boolean): Check => ({
    ...{ kind: 'markers-stamped', at, passed },
    ...(!passed && { found: text(at) ?? 'absent' }),
  });
  const said = new Set(codesIn(output));
  const expected = [BASIC, ...[...options].flatMap((option) => CODES[option] ?? [])];
  return [
    check('00120062', text('00120062') === 'YES'),
    check('00120063', (text('00120063') ?? '') !== ''),
    check(
      '00120064',
      expected.every((code) => said.has(code)),
    ),
    check('00280303', text('00280303') === datesSaid(options)),
  ];
}

function* codesIn({ elements }: ReadObject): Generator<string> {
  for (let item = 0; elements.has(`00120064[${item}].00080100`); item += 1)
    yield elements.get(`00120064[${item}].00080100`)?.text ?? '';
}

function datesSaid(options: ReadonlySet<string>): string {
  if (options.has('retain-longitudinal-full-dates')) return 'UNMODIFIED';
  return options.has('retain-longitudinal-modified-dates') ? 'MODIFIED' : 'REMOVED';
}
