import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../deploy/set-up/paths.mjs';
import { say } from '../../deploy/set-up/say.mjs';
import { addCounts } from './counts.mjs';
import { runTool } from './command.mjs';

const REPORTERS = ['--reporter=default', `--reporter=${join(ROOT, 'test/runner/count-reporter.mjs')}`];

/** Runs test files by vitest and counts. A vitest that crashes, takes too long or is unhappy for another reason is one failure more. */
export async function runVitest(files, { env, flags = [], limitMs, signal }) {
  if (files.length === 0 || signal.aborted) return addCounts();
  const folder = mkdtempSync(join(tmpdir(), 'sluice-test-counts-'));
  const countsFile = join(folder, 'counts.json');
  try {
    const command = ['vitest', 'run', ...REPORTERS, ...flags, ...files];
    const status = await runTool(command, {
      env: { ...env, SLUICE_TEST_COUNTS: countsFile },
      limitMs,
      signal,
    });
    const counts = readCounts(countsFile);
    if (status === 0 || counts.failed > 0) return counts;
    say(
      status === 124
        ? `vitest was ended after ${limitMs / 60_000} minutes`
        : `vitest ended with status ${status}`,
    );
    return addCounts(counts, { failed: 1 });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readCounts(file) {
  try {
    return addCounts(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Vitest died before its end: its status tells.
    return addCounts();
  }
}
