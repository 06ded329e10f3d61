import { EXPECTED_ACTIONS } from './expected-actions.table.ts';

/** Options of PS3.15 E.3 as profile files name them; Clean Pixel Data has no column. */
export const OPTION_NAMES = {
  safe: 'retain-safe-private',
  uids: 'retain-uids',
  device: 'retain-device-identity',
  institution: 'retain-institution-identity',
  patient: 'retain-patient-characteristics',
  full: 'retain-longitudinal-full-dates',
  modified: 'retain-longitudinal-modified-dates',
  descriptors: 'clean-descriptors',
  content: 'clean-structured-content',
  graphics: 'clean-graphics',
} as const;
export type Column = keyof typeof OPTION_NAMES;

/** What may have become of a value and be right (PS3.15 Table E.1-1a); a compound code allows each of its choices. */
export type Outcome = 'removed' | 'empty' | 'dummy' | 'mapped' | 'kept' | 'cleaned';

/** One row of Table E.1-1 as the standard has it. */
export interface ExpectedRow {
  /** 8 hex digits; `x` repeats, `odd` is every private element. */
  readonly tag: string;
  readonly vr: string;
  readonly basic: string;
  readonly options: ReadonlyMap<Column, 'K' | 'C'>;
}

const OUTCOMES: Readonly<Record<string, readonly Outcome[]>> = {
  X: ['removed'],
  // "a zero length value, or a non-zero length value that may be a dummy value" (Table E.1-1a).
  Z: ['empty', 'dummy'],
  D: ['dummy'],
  U: ['mapped'],
  'U*': ['mapped'],
  K: ['kept'],
  C: ['cleaned'],
};

/** The rows of a table in the form of expected-actions.table.ts. */
export function parseRows(table: string): ExpectedRow[] {
  return table
    .trim()
    .split('\n')
    .map((line) => {
      const [tag = '', vr = '', basic = '', options = ''] = line.split(' ');
      const said = options.split(',').filter((one) => one !== '');
      return {
        ...{ tag, vr, basic },
        options: new Map(said.map((one) => one.split('=') as [Column, 'K' | 'C'])),
      };
    });
}

/** All 656 rows. */
export const EXPECTED_ROWS: readonly ExpectedRow[] = parseRows(EXPECTED_ACTIONS);

/** What may become of a row's values under these options: where options differ, what any of them asks for. */
export function allowedFor(row: ExpectedRow, options: ReadonlySet<string>): ReadonlySet<Outcome> {
  const said = [...row.options].filter(([column]) => options.has(OPTION_NAMES[column]));
  if (said.length > 0) return new Set(said.flatMap(([, code]) => OUTCOMES[code] ?? []));
  return new Set(row.basic.split('/').flatMap((code) => OUTCOMES[code] ?? []));
}

/** The rows to judge by: the standard's own table where its text is given, with the VRs of ours; else ours. */
export function expectedRows(standardTsv?: string): readonly ExpectedRow[] {
  if (standardTsv === undefined) return EXPECTED_ROWS;
  const vrs = new Map(EXPECTED_ROWS.map(({ tag, vr }) => [tag, vr]));
  return rowsOfStandard(standardTsv).map((row) => ({ ...row, vr: vrs.get(row.tag) ?? 'UN' }));
}

/** The rows as the standard's own table tells them (shared/standard/ps3.15-e1-1.tsv): tag, basic action, options; no VRs. */
export function rowsOfStandard(tsv: string): Omit<ExpectedRow, 'vr'>[] {
  const columns = Object.keys(OPTION_NAMES) as Column[];
  const lines = tsv.split('\n').filter((line) => line.startsWith('('));
  return lines.map((line) => {
    const cells = line.split('\t');
    const tag = cells[0] ?? '';
    const options = columns.flatMap((column, at) => {
      const code = cells[5 + at]?.trim();
      return code === 'K' || code === 'C' ? [[column, code] as const] : [];
    });
    return {
      tag: tag.startsWith('(gggg') ? 'odd' : tag.replace(/[(),]/g, '').toUpperCase().replaceAll('X', 'x'),
      basic: cells[4] ?? '',
      options: new Map(options),
    };
  });
}
