/** The one line that says how a test run ended. */
export function countLine({ passed = 0, failed = 0, skipped = 0 }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** Adds up counts of tests, and gathers what they say of failures and of tests that passed only when tried again. */
export function addCounts(...counts) {
  const sum = { passed: 0, failed: 0, skipped: 0, failures: [], unsteady: [] };
  for (const count of counts) {
    for (const name of ['passed', 'failed', 'skipped']) sum[name] += count[name] ?? 0;
    for (const name of ['failures', 'unsteady']) sum[name].push(...(count[name] ?? []));
  }
  return sum;
}
