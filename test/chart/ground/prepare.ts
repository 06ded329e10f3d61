// Fetches and builds what judges the chart, so that it is there when the tests come to it.
import { definitions } from './definitions.ts';
import { JUDGES, programs } from './programs.ts';

const say = (line: string): void => void process.stderr.write(`sluice: ${line}\n`);

try {
  await programs(JUDGES, say);
  await definitions(say);
} catch (error) {
  // The chart's tests meet the same, and say so.
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
