import { writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

/**
 * Vitest reporter: writes to the file named in SLUICE_TEST_COUNTS, for each test file, its counts and what failed with the first line of
 * the reason. Errors outside of tests (a file or a hook that fails, an unhandled rejection) count as failed. What is written after each
 * file is all that is known of a run that is ended before its end.
 */
export default class CountReporter {
  #ended = [];

  onTestModuleEnd(testModule) {
    this.#ended.push({ file: testModule.relativeModuleId, ...countsOf(testModule) });
    write(this.#ended);
  }

  onTestRunEnd(testModules, unhandledErrors) {
    const files = testModules.map((testModule) => ({
      file: testModule.relativeModuleId,
      ...countsOf(testModule),
    }));
    const outside = unhandledErrors.map((error) => `outside of any test: ${firstLine(error)}`);
    if (outside.length > 0) files.push({ passed: 0, failed: outside.length, skipped: 0, failures: outside });
    write(files);
  }
}

function write(files) {
  writeFileSync(process.env.SLUICE_TEST_COUNTS, JSON.stringify(files));
}

function countsOf(testModule) {
  const counts = { passed: 0, failed: 0, skipped: 0, failures: [] };
  const fail = (name, errors) => {
    counts.failed += Math.max(1, errors.length);
    counts.failures.push(`${testModule.relativeModuleId} > ${name}: ${firstLine(errors[0])}`);
  };
  for (const test of testModule.children.allTests()) {
    const { state, errors = [] } = test.result();
    // A test that never ran to its end has not passed.
    if (state === 'passed' || state === 'skipped') counts[state]++;
    else fail(test.fullName, errors.slice(0, 1));
  }
  for (const suite of [testModule, ...testModule.children.allSuites()])
    if (suite.errors().length > 0) fail(suite.fullName ?? 'the file', suite.errors());
  return counts;
}

function firstLine(error) {
  const message = stripVTControlCharacters(String(error?.message ?? 'it did not run to its end'));
  return message.split('\n', 1)[0];
}
