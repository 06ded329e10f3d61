import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../deploy/set-up/paths.mjs';
import { say } from '../../deploy/set-up/say.mjs';
import { runTool } from './command.mjs';

const LIMIT_MS = 10 * 60_000;

const CHECKS = [
  { name: 'lint', command: ['eslint', '.'], needs: 'eslint.config.mjs' },
  { name: 'format', command: ['prettier', '--check', '--log-level=warn', '.'], needs: '.prettierrc.json' },
  { name: 'typecheck', command: ['tsc', '--noEmit', '-p', 'tsconfig.json'], needs: 'tsconfig.json' },
];

/** Lint, format and types of the whole repository, one test each. */
export async function runChecks(signal) {
  const counts = { passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const { name, command, needs } of CHECKS) {
    if (signal.aborted || !existsSync(join(ROOT, needs))) continue;
    say(`checking ${name} ...`);
    const passed = (await runTool(command, { limitMs: LIMIT_MS, signal })) === 0;
    say(`${name} ${passed ? 'passed' : 'failed'}`);
    counts[passed ? 'passed' : 'failed']++;
    if (!passed) counts.failures.push(`check: ${name}`);
  }
  return counts;
}
