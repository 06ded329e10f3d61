import { mergeConfig } from 'vitest/config';
import house from '../../vitest.config.js';

/** `npm run upgrade` alone: it builds another revision, which `npm test` has no time for. */
const config = mergeConfig(house, { test: { maxWorkers: 1 } });
config.test.include = ['test/upgrade/*.run.ts'];

export { config as default };
