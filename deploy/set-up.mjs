// Set-up on a fresh clone, then a program: `node deploy/set-up.mjs [PROGRAM [ARGUMENTS...]]`. Runs on Node 20 with no node_modules.
import { say } from './set-up/say.mjs';
import { installDependencies } from './set-up/install.mjs';
import { build } from './set-up/build.mjs';
import { withSetUpLock } from './set-up/lock.mjs';
import { runProgram } from './set-up/run-program.mjs';
import { pathToFileURL } from 'node:url';

/** What runs after the set-up, below the repository's root, and its first arguments. */
const PROGRAMS = {
  demo: ['apps/cli/bin/sluice.js', 'demo'],
  start: ['apps/standalone/dist/main.js'],
  bench: ['test/bench/main.ts'],
  score: ['test/score/main.ts'],
  upgrade: ['test/upgrade/main.mjs'],
  scaling: ['test/scaling/main.ts'],
  capacity: ['test/capacity/main.ts'],
};

/**
 * Installs what is missing and builds what has changed.
 * @param {{ projects?: readonly string[] }} [options] Nx projects to build, with what they need; default: all.
 */
export async function setUp({ projects } = {}) {
  await withSetUpLock(async () => {
    await installDependencies();
    await build(projects);
  });
}

async function main([name, ...args]) {
  if (name !== undefined && !Object.hasOwn(PROGRAMS, name)) {
    say(`No such program: ${name}. There are ${Object.keys(PROGRAMS).join(', ')}.`);
    return 2;
  }
  await setUp();
  return name === undefined ? 0 : runProgram([...PROGRAMS[name], ...args]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = await main(process.argv.slice(2)).catch((error) => {
    say(error.message);
    return 1;
  });
}
