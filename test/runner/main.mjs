import { say } from '../../deploy/set-up/say.mjs';
import { testFiles } from './areas.mjs';
import { beginChartTools } from './chart-tools.mjs';
import { runChecks } from './checks.mjs';
import { endAll } from './command.mjs';
import { addCounts, countLine } from './counts.mjs';
import { TOO_LONG, watchDeadline } from './deadline.mjs';
import { installPeers } from './peers.mjs';
import { runPytest } from './pytest.mjs';
import { openTestStack } from './test-stack.mjs';
import { runVitest } from './vitest.mjs';

const TOGETHER_LIMIT_MS = 25 * 60_000;
const PYTHON_LIMIT_MS = 15 * 60_000;
const ALONE_LIMIT_MS = 42 * 60_000;

const ending = new AbortController();
const { signal } = ending;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(name, () => ending.abort('the run was interrupted'));

/** What has ended so far. */
const counted = [];
const count = (counts) => void counted.push(counts);

async function runTests(files, { unit, tools }) {
  if (files.together.length + files.alone.length === 0) return;
  if (unit) return runFiles(files, { env: { SLUICE_TEST_UNIT: '1' }, tools });
  if (signal.aborted) return;
  const stack = await openTestStack(signal);
  try {
    await runFiles(files, { env: stack.env, tools });
  } finally {
    await stack.close();
  }
}

async function runFiles({ together, alone }, { env, tools }) {
  count(await runVitest(together, { env, limitMs: TOGETHER_LIMIT_MS, signal }));
  await tools.built;
  const flags = ['--no-file-parallelism'];
  count(await runVitest(alone, { env, flags, limitMs: ALONE_LIMIT_MS, signal }));
}

async function main(area, kind, startedAt) {
  const files = testFiles(area);
  const unit = kind === 'unit';
  const end = () => ending.abort(TOO_LONG);
  let givenUp;
  const giveUp = () => {
    givenUp ??= endAll(process.pid, 0).finally(() => process.exit(lastWords()));
  };
  const stopWatch = watchDeadline(startedAt, { end, giveUp });
  if (!area) say('not part of npm test: npm run scaling (real KEDA; its programs take ten minutes to build)');
  const needsPeers = !unit && files.together.length + files.alone.length > 0;
  if (needsPeers) await installPeers(signal);
  const tools = beginChartTools(files, { unit, signal });
  if (!area) count(await runChecks(signal));
  // Backing services that do not start are one failure: the tests that need them cannot run.
  await runTests(files, { unit, tools }).catch((error) => count({ failed: 1, failures: [error.message] }));
  count(await runPytest(files.python, { limitMs: PYTHON_LIMIT_MS, signal }));
  await tools.end();
  stopWatch();
  await givenUp;
  return lastWords();
}

/** Named last: whoever reads only the end of a long log sees them. Gives the exit code. */
function lastWords() {
  const counts = addCounts(...counted, signal.aborted ? { failed: 1, failures: [signal.reason] } : {});
  for (const name of counts.unsteady)
    process.stdout.write(`unsteady, passed when tried again alone: ${name}\n`);
  for (const name of counts.failures) process.stdout.write(`failed: ${name}\n`);
  process.stdout.write(`${countLine(counts)}\n`);
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}

process.exitCode = await main(process.argv[2], process.argv[3], Number(process.argv[4]));
