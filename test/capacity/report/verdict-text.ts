import type { StageCourse } from '../model/stage-model.ts';
import type { InstallationNeed, ServiceNeed } from '../network/service-needs.ts';
import { duration } from './numbers.ts';

/** Longer than so, and what waits is no burst. */
const PATIENCE_SECONDS = 300;

/** One line for each service that does not keep up, or one that says that all do. */
export function verdictText({ services, day }: InstallationNeed): string {
  const lines = services.flatMap((service, at) => lineOf(service, day[at]!));
  return lines.length > 0
    ? lines.join('\n')
    : `- Every service keeps up: nothing waits longer than ${duration(PATIENCE_SECONDS)} on a day that does not break.`;
}

function lineOf({ name, lag, replicas }: ServiceNeed, { asked, ageSeconds }: StageCourse): string[] {
  if (lag.most <= PATIENCE_SECONDS) return [];
  const atMost = asked.filter((count) => count === replicas.most).length;
  const behind = ageSeconds.filter((age) => age > PATIENCE_SECONDS).length;
  const end = ageSeconds.at(-1)! > PATIENCE_SECONDS ? ' **It is still behind at midnight.**' : '';
  return [
    `- **${name} does not keep up**: ${replicas.most} replicas for ${duration(atMost)}, more than ${duration(PATIENCE_SECONDS)} behind for ${duration(behind)}, ${duration(lag.most)} at the worst.${end}`,
  ];
}
