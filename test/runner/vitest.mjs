import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../deploy/set-up/paths.mjs';
import { addCounts } from './counts.mjs';
import { runTool } from './command.mjs';

const REPORTERS = ['--reporter=default', `--reporter=${join(ROOT, 'test/runner/count-reporter.mjs')}`];
const ALONE = '--no-file-parallelism';
/** More files than these are no accident: they are not tried again. */
const MOST_TRIED_AGAIN = 3;

/**
 * Runs test files by vitest and counts. A few files that failed are tried once more, each alone on the machine: what passes then is
 * counted as passed and named `unsteady`. A vitest that crashes, takes too long or is unhappy for another reason is one failure more.
 */
export async function runVitest(files, options) {
  if (files.length === 0) return addCounts();
  if (options.signal.aborted) return addCounts({ failed: 1, failures: [notEnded(files)] });
  const first = await runOnce(files, options);
  const failed = first.files.filter((each) => each.failed > 0);
  if (
    options.signal.aborted ||
    first.broken ||
    failed.length === 0 ||
    failed.length > MOST_TRIED_AGAIN ||
    failed.some(({ file }) => !file)
  )
    return addCounts(...first.files, first.broken ?? {});
  const names = failed.map(({ file }) => file);
  const second = await runOnce(names, { ...options, flags: [ALONE] });
  const unsteady = second.files.filter((each) => each.failed === 0);
  return addCounts(...first.files.filter((each) => each.failed === 0), ...second.files, second.broken ?? {}, {
    unsteady: failed
      .filter(({ file }) => unsteady.some((each) => each.file === file))
      .flatMap((each) => each.failures),
  });
}

async function runOnce(files, { env, flags = [], limitMs, signal }) {
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
    if (signal.aborted) {
      const open = files.filter((file) => !counts.some((each) => each.file === file));
      return { files: counts, ...(open.length > 0 && { broken: { failed: 1, failures: [notEnded(open)] } }) };
    }
    const explained = status === 0 || (status !== 124 && counts.some((each) => each.failed > 0));
    return { files: counts, ...(!explained && { broken: brokenBy(status, limitMs) }) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What a run that was ended has not come to the end of. */
function notEnded([first, ...others]) {
  return `not run, or cut short: ${first}${others.length > 0 ? ` and ${others.length} more files` : ''}`;
}

function brokenBy(status, limitMs) {
  const reason =
    status === 124
      ? `vitest was ended after ${limitMs / 60_000} minutes`
      : `vitest ended with status ${status}`;
  return { failed: 1, failures: [reason] };
}

function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // Vitest died before its end: its status tells.
    return [];
  }
}
