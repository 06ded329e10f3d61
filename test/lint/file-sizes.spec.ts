import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const tracked = execFileSync('git', ['ls-files', '--', '*.ts'], { cwd: root, encoding: 'utf8' })
  .trim()
  .split('\n');
const sizes = tracked
  .filter((file) => !file.startsWith('test/lint/fixtures/') && existsSync(join(root, file)))
  .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length - 1 }));
const sources = sizes.filter(({ file }) => !/\.(spec|table)\.ts$/.test(file));

describe('file sizes', () => {
  it('the median source file has fewer than 100 lines', () => {
    const sorted = sources.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(100);
  });

  it('no source file has more than 400 lines but tables, no spec more than 600', () => {
    expect(sources.filter(({ file, lines }) => lines > (file.startsWith('test/') ? 600 : 400))).toEqual([]);
    expect(sizes.filter(({ file, lines }) => file.endsWith('.spec.ts') && lines > 600)).toEqual([]);
  });
});
