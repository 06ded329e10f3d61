import { runTool } from './command.mjs';

const LIMIT_MS = 30 * 60_000;

/**
 * Begins to build what judges the chart, when its tests are among the files: minutes on a new machine, and other tests run meanwhile.
 * A run without backing services builds nothing before a test asks for it. Never fails: the tests say what is missing.
 * @returns `built`, and `end` for a run that ends before it.
 */
export function beginChartTools({ together, alone }, { unit, signal }) {
  const wanted = !unit && [...together, ...alone].some((file) => file.startsWith('test/chart/'));
  if (!wanted) return { built: Promise.resolve(0), end: async () => {} };
  const stopped = new AbortController();
  const built = runTool(['node', 'test/chart/ground/prepare.ts'], {
    limitMs: LIMIT_MS,
    signal: AbortSignal.any([signal, stopped.signal]),
  });
  return { built, end: async () => (stopped.abort(), void (await built)) };
}
