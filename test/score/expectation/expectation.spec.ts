import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CONTENT_CONCEPTS } from './content-concepts.table.ts';
import { allowedFor, EXPECTED_ROWS, rowsOfStandard } from './expectation.ts';

const STANDARD = join(import.meta.dirname, '../../../../shared/standard/ps3.15-e1-1.tsv');
const CONTENT = join(import.meta.dirname, '../../../../shared/standard/ps3.15-e3.4-1-structured-content.tsv');
const there = existsSync(STANDARD);
const rowOf = (tag: string) => EXPECTED_ROWS.find((row) => row.tag === tag)!;

describe('what the standard asks for', () => {
  it('is known of 656 rows, each once', () => {
    expect(EXPECTED_ROWS).toHaveLength(656);
    expect(new Set(EXPECTED_ROWS.map(({ tag }) => tag)).size).toBe(656);
    expect(EXPECTED_ROWS.every(({ vr }) => /^[A-Z]{2}$/.test(vr))).toBe(true);
  });

  it.skipIf(!there)(
    `is what its table says${there ? '' : ' (skipped: ../shared/standard is not there)'}`,
    () => {
      const standard = rowsOfStandard(readFileSync(STANDARD, 'utf8'));
      expect(EXPECTED_ROWS.map(({ tag, basic, options }) => ({ tag, basic, options }))).toEqual(standard);
    },
  );

  it.skipIf(!existsSync(CONTENT))(
    `of content items is what its table says${existsSync(CONTENT) ? '' : ' (skipped: ../shared/standard is not there)'}`,
    () => {
      const lines = readFileSync(CONTENT, 'utf8').split('\n').slice(2);
      const rows = lines.map((line) => line.split('\t')).filter(([, code]) => code !== undefined);
      const kept = rows.filter(([, , , type = '', , , , ...options]) => {
        return (type === 'TEXT' || type === 'PNAME') && !options.includes('K');
      });
      expect(CONTENT_CONCEPTS).toEqual(kept.map((row) => row.slice(1, 4)));
      expect(rows).toHaveLength(214);
    },
  );

  it('is by option, else basic; a compound code allows each of its choices', () => {
    const none = new Set<string>();
    expect([...allowedFor(rowOf('00080022'), none)]).toEqual(['removed', 'empty', 'dummy']);
    expect([...allowedFor(rowOf('00080022'), new Set(['retain-longitudinal-modified-dates']))]).toEqual([
      'cleaned',
    ]);
    expect([...allowedFor(rowOf('00080018'), none)]).toEqual(['mapped']);
    expect([...allowedFor(rowOf('00080018'), new Set(['retain-uids']))]).toEqual(['kept']);
  });
});
