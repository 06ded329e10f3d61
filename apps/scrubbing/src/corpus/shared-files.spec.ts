import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readElements } from '@sluice/dicom';
import { describe, expect, it } from 'vitest';
import { scrubObject } from '../scrub-object.js';
import { bytesOf, chunksOf, sourceOf, sampleReplacements } from '../testing/samples.js';

const FOLDER = join(import.meta.dirname, '../../../../../shared/dicom');
const there = existsSync(FOLDER);
const files = there
  ? [
      ...readdirSync(FOLDER),
      ...readdirSync(join(FOLDER, 'malformed')).map((name) => `malformed/${name}`),
    ].filter((name) => /\.dcm$|DICOMDIR$/.test(name))
  : [];
if (!there) process.stderr.write('../shared/dicom is not there: its files were not scrubbed\n');

describe.skipIf(!there)('every file of the shared set', () => {
  it('gets an outcome, and what is clean reads again and says so', async () => {
    const outcomes: string[] = [];
    for (const name of files) outcomes.push(`${name}\t${await outcomeOfFile(name)}`);
    if (process.env['SLUICE_TEST_LIST'] === '1') process.stderr.write(`${outcomes.join('\n')}\n`);
    expect(outcomes).toHaveLength(files.length);
    const residual = outcomes.filter((line) => line.includes('RESIDUAL'));
    expect(residual.filter((line) => !line.startsWith('malformed/'))).toEqual([]);
    expect(outcomes.filter((line) => line.includes('\tworse'))).toEqual([]);
    expect(outcomes.filter((line) => line.includes('\tclean')).length).toBeGreaterThan(20);
  }, 120_000);
});

async function outcomeOfFile(name: string): Promise<string> {
  const original = readFileSync(join(FOLDER, name));
  const source = sourceOf(original, 65_536);
  const verdict = await scrubObject({ source, replacements: sampleReplacements }, bytesOf);
  if (verdict.outcome === 'quarantined') return `${verdict.code}\t${verdict.detail}`;
  let stamped = false;
  await readElements(
    chunksOf(verdict.stored),
    ({ tag, path }) => void (stamped ||= tag === 0x00120062 && path.length === 0),
  );
  expect(stamped).toBe(true);
  const { removed, replaced, kept } = verdict.counts;
  const worse = dcmdumpReads(original) && !dcmdumpReads(verdict.stored);
  return `${worse ? 'worse' : 'clean'}\t${removed}/${replaced}/${kept}`;
}

/** True where DCMTK is not installed. */
function dcmdumpReads(file: Buffer): boolean {
  if (!existsSync('/usr/bin/dcmdump')) return true;
  const folder = mkdtempSync(join(tmpdir(), 'sluice-scrub-'));
  try {
    writeFileSync(join(folder, 'clean.dcm'), file);
    execFileSync('/usr/bin/dcmdump', ['-q', '+fo', join(folder, 'clean.dcm')], {
      stdio: 'ignore',
      maxBuffer: 64 << 20,
    });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
