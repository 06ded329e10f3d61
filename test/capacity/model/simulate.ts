import { shareCores } from './share-cores.ts';
import { type Scenario, SENT, type StageCourse } from './stage-model.ts';
import { StageRun } from './stage-run.ts';

/**
 * A fluid model, step by step: what waits is served first come first served, by as many processes as there are, as far as the
 * shared cores reach; what a stage says the stages behind it read in the next step. Good for thousands of instances; it knows no
 * single one.
 */
export function simulate({ seconds, stepSeconds, arrivals, stages, cores }: Scenario): StageCourse[] {
  const runs = stages.map((stage) => new StageRun(stage));
  for (let step = 0; step * stepSeconds < seconds; step += 1) {
    const second = step * stepSeconds;
    const coming = new Map([[SENT, arrivals(second)], ...runs.flatMap(({ said }) => [...said])]);
    const demands = runs.map((run) => {
      const wanted = run.begin(second, stepSeconds, coming);
      return { cores: wanted, weight: (run.model.weight ?? 1) * Math.max(1, run.processes) };
    });
    const shares = shareCores(demands, cores);
    runs.forEach((run, at) => run.end(second, stepSeconds, shares[at]!));
  }
  return runs.map((run) => run.course);
}
