import { runTool } from './command.mjs';

const LIMIT_MS = 30 * 60_000;

/** Begins to build what judges the chart, when its tests are among the files: minutes on a new machine, and other tests run meanwhile. Never fails: the tests say what is missing. */
export function beginChartTools({ together, alone }, signal) {
  if (![...together, ...alone].some((file) => file.startsWith('test/chart/'))) return Promise.resolve(0);
  return runTool(['node', 'test/chart/ground/prepare.ts'], { limitMs: LIMIT_MS, signal });
}
