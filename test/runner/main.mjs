import { say } from '../../deploy/set-up/say.mjs';
import { testFiles } from './areas.mjs';
import { beginChartTools } from './chart-tools.mjs';
import { runChecks } from './checks.mjs';
import { addCounts, countLine } from './counts.mjs';
import { installPeers } from './peers.mjs';
import { runPytest } from './pytest.mjs';
import { openTestStack } from './test-stack.mjs';
import { runVitest } from './vitest.mjs';

const TOGETHER_LIMIT_MS = 25 * 60_000;
const PYTHON_LIMIT_MS = 15 * 60_000;
const ALONE_LIMIT_MS = 42 * 60_000;

const INTERRUPTED = { failed: 1, failures: ['the run was interrupted'] };

const interrupt = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => interrupt.abort());

async function runTests(files, { unit, tools }) {
  if (files.together.length + files.alone.length === 0) return addCounts();
  if (unit) return runFiles(files, { env: { SLUICE_TEST_UNIT: '1' }, tools });
  await installPeers(interrupt.signal);
  const stack = await openTestStack();
  try {
    return await runFiles(files, { env: stack.env, tools });
  } finally {
    await stack.close();
  }
}

async function runFiles({ together, alone }, { env, tools }) {
  const { signal } = interrupt;
  const light = await runVitest(together, { env, limitMs: TOGETHER_LIMIT_MS, signal });
  await tools;
  const flags = ['--no-file-parallelism'];
  const heavy = await runVitest(alone, { env, flags, limitMs: ALONE_LIMIT_MS, signal });
  return addCounts(light, heavy);
}

async function main(area, kind) {
  const files = testFiles(area);
  if (!area) say('not part of npm test: npm run scaling (real KEDA; its programs take ten minutes to build)');
  const tools = beginChartTools(files, interrupt.signal);
  const checks = area ? addCounts() : await runChecks(interrupt.signal);
  const tests = await testsOf(files, { unit: kind === 'unit', tools });
  const python = await runPytest(files.python, { limitMs: PYTHON_LIMIT_MS, signal: interrupt.signal });
  const counts = addCounts(checks, tests, python, interrupt.signal.aborted ? INTERRUPTED : {});
  // Named last: whoever reads only the end of a long log sees them.
  for (const name of counts.unsteady)
    process.stdout.write(`unsteady, passed when tried again alone: ${name}\n`);
  for (const name of counts.failures) process.stdout.write(`failed: ${name}\n`);
  process.stdout.write(`${countLine(counts)}\n`);
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}

/** Backing services that do not start are one failure: the tests that need them cannot run. */
async function testsOf(files, options) {
  return runTests(files, options).catch((error) => {
    return addCounts({ failed: 1, failures: [error.message] });
  });
}

process.exitCode = await main(process.argv[2], process.argv[3]);
