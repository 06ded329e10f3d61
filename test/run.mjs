// `npm test [-- AREA] [-- --unit]`: sets up, then runs the tests. Runs on Node 20 with no node_modules.
import { say } from '../deploy/set-up/say.mjs';
import { runProgram } from '../deploy/set-up/run-program.mjs';
import { setUp } from '../deploy/set-up.mjs';
import { AREAS, projectsOf, testFiles } from './runner/areas.mjs';
import { countLine } from './runner/counts.mjs';
import { endAll } from './runner/command.mjs';
import { TOO_LONG, watchDeadline } from './runner/deadline.mjs';

const USAGE = `Usage: npm test [-- AREA] [--unit]. Areas: ${AREAS.join(', ')}.`;

/** What a set-up may take to end. */
const GRACE_MS = 5_000;

const startedAt = Date.now();

async function main(args) {
  const unit = args.includes('--unit');
  const [area, ...rest] = args.filter((arg) => arg !== '--unit');
  if (rest.length > 0 || (area !== undefined && !AREAS.includes(area))) {
    say(rest.length > 0 ? USAGE : `No such area: ${area}. ${USAGE}`);
    return 2;
  }
  if (Object.values(testFiles(area)).flat().length === 0) {
    say(`${area} has no tests yet.`);
    process.stdout.write(`${countLine({})}\n`);
    return 1;
  }
  const failed = (reason) => {
    say(reason);
    process.stdout.write(`failed: ${reason.split('\n', 1)[0]}\n${countLine({ failed: 1 })}\n`);
    return 1;
  };
  let ending;
  const end = () => {
    ending ??= endAll(process.pid, GRACE_MS).finally(() => process.exit(failed(TOO_LONG)));
  };
  const stopWatch = watchDeadline(startedAt, { end, giveUp: end });
  const problem = await setUp({ projects: projectsOf(area) }).then(
    () => undefined,
    (error) => error.message,
  );
  stopWatch();
  // A set-up that is ended fails: what the run says last is why.
  await ending;
  if (problem !== undefined) return failed(problem);
  return runProgram(['test/runner/main.mjs', area ?? '', unit ? 'unit' : 'real', `${startedAt}`]);
}

process.exitCode = await main(process.argv.slice(2));
