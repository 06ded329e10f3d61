import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BASIC_PROFILE } from './basic-profile.table.js';
import { compileRules } from './rules.js';

const STANDARD = join(import.meta.dirname, '../../../../../shared/standard/ps3.15-e1-1.tsv');
const there = existsSync(STANDARD);
if (!there) process.stderr.write('../shared/standard is not there: Table E.1-1 was not compared\n');

describe('Table E.1-1', () => {
  it('has 656 rows, each tag once', () => {
    expect(BASIC_PROFILE).toHaveLength(656);
    expect(new Set(BASIC_PROFILE.map(([tag]) => tag)).size).toBe(656);
  });

  it.skipIf(!there)('equals the standard row by row', () => {
    const rows = readFileSync(STANDARD, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('('));
    expect(rows.map(asRow)).toEqual(BASIC_PROFILE);
  });

  it('finds repeating groups by any of their tags', () => {
    const { of, rows } = compileRules(new Set());
    expect(of(0x50023000)).toBe(rows.get('50xxxxxx'));
    expect(of(0x60083000)).toBe(rows.get('60xx3000'));
    expect(of(0x60fe4000)).toBe(rows.get('60xx4000'));
    expect(of(0x60000010)).toBeUndefined();
    expect(of(0x00280010)).toBeUndefined();
  });
});

function asRow(line: string): unknown[] {
  const [tag = '', name, retired, composite, basic, ...options] = line.split('\t');
  const pattern = tag.includes('odd') ? 'odd' : tag.slice(1, 5) + tag.slice(6, 10);
  const columns = Array.from({ length: 10 }, (_, at) => options[at] || '-').join('');
  return [pattern, name, basic, columns, `${retired}${composite}`];
}
