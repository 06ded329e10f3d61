import { writeFileSync } from 'node:fs';

/** Vitest reporter: writes the counts to the file named in SLUICE_TEST_COUNTS. Errors outside of tests (a file or a hook that fails, an unhandled rejection) count as failed. */
export default class CountReporter {
  onTestRunEnd(testModules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const testModule of testModules) {
      for (const test of testModule.children.allTests()) counts[nameOf(test.result().state)]++;
      counts.failed += testModule.errors().length;
      for (const suite of testModule.children.allSuites()) counts.failed += suite.errors().length;
    }
    writeFileSync(process.env.SLUICE_TEST_COUNTS, JSON.stringify(counts));
  }
}

/** A test that never ran to its end has not passed. */
function nameOf(state) {
  return state === 'pending' ? 'failed' : state;
}
