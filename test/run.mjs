// `npm test [-- AREA] [-- --unit]`: sets up, then runs the tests. Runs on Node 20 with no node_modules.
import { say } from '../deploy/set-up/say.mjs';
import { runProgram } from '../deploy/set-up/run-program.mjs';
import { setUp } from '../deploy/set-up.mjs';
import { AREAS, projectsOf, testFiles } from './runner/areas.mjs';
import { countLine } from './runner/counts.mjs';

const USAGE = `Usage: npm test [-- AREA] [--unit]. Areas: ${AREAS.join(', ')}.`;

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
  try {
    await setUp({ projects: projectsOf(area) });
  } catch (error) {
    say(error.message);
    process.stdout.write(`${countLine({ failed: 1 })}\n`);
    return 1;
  }
  return runProgram(['test/runner/main.mjs', area ?? '', unit ? 'unit' : 'real']);
}

process.exitCode = await main(process.argv.slice(2));
