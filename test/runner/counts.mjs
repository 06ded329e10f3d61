/** The one line that says how a test run ended. */
export function countLine({ passed = 0, failed = 0, skipped = 0 }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** Adds up counts of tests. */
export function addCounts(...counts) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const count of counts) for (const name of Object.keys(sum)) sum[name] += count[name] ?? 0;
  return sum;
}
