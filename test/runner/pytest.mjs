import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../deploy/set-up/paths.mjs';
import { runTool } from './command.mjs';
import { addCounts } from './counts.mjs';
import { trainerPython } from './python.mjs';

/** Runs Python test files by pytest and counts each test. No Python, or a pytest that dies, is one failure. */
export async function runPytest(files, { limitMs, signal }) {
  if (files.length === 0 || signal.aborted) return addCounts();
  const folder = mkdtempSync(join(tmpdir(), 'sluice-test-counts-'));
  const report = join(folder, 'report.xml');
  try {
    const python = await trainerPython(signal);
    const flags = ['-q', '-p', 'no:cacheprovider', `--junitxml=${report}`, '--rootdir=apps/trainer'];
    const env = {
      PYTHONPATH: join(ROOT, 'apps/trainer'),
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONWARNINGS: 'ignore',
    };
    const status = await runTool([python, '-m', 'pytest', ...flags, ...files], { env, limitMs, signal });
    const counts = countsOf(report);
    if (status === 0 || counts.failed > 0) return counts;
    return addCounts(counts, { failed: 1, failures: [`pytest ended with status ${status}`] });
  } catch (error) {
    return addCounts({ failed: 1, failures: [error.message] });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The counts of JUnit's XML: an error in a set-up is a failure of its test. */
function countsOf(report) {
  let xml;
  try {
    xml = readFileSync(report, 'utf8');
  } catch {
    // Pytest died before its end: its status tells.
    return addCounts();
  }
  const suite = /<testsuite [^>]*>/.exec(xml)?.[0] ?? '';
  const number = (name) => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = number('failures') + number('errors');
  return addCounts({
    passed: number('tests') - failed - number('skipped'),
    failed,
    skipped: number('skipped'),
    failures: failed > 0 ? [`${failed} of the Python tests: see above`] : [],
  });
}
