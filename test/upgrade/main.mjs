// `npm run upgrade -- REVISION`: a rolling upgrade from that revision to this one, during a push, on real backing services.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const [revision] = process.argv.slice(2);
if (!revision) {
  process.stderr.write('Which revision to upgrade from: npm run upgrade -- REVISION\n');
  process.exitCode = 2;
} else {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const words = [vitest, 'run', '--config', 'test/upgrade/vitest.config.ts', '--root', ROOT];
  const env = { ...process.env, SLUICE_UPGRADE_FROM: revision };
  process.exitCode = spawnSync(process.execPath, words, { cwd: ROOT, env, stdio: 'inherit' }).status ?? 1;
}
