import { defineConfig } from 'vitest/config';

// Packages of this repository are read from source. Nothing else may stand here: vitest passes these conditions on to
// `require`, and "import" or "module" would make it load ESM twins of CommonJS packages (is-promise under Express).
const conditions = ['@sluice/source', 'node'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['{apps,libs}/*/src/**/*.spec.ts', 'deploy/local/src/**/*.spec.ts', 'test/**/*.spec.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
