import { CLOCK, MOST_WORKERS } from '../ground/installation.ts';
import type { Counts, Results } from '../scaling.ts';

/** True when every instance has one outcome and one de-identified object, and none is a dead letter. */
export function isComplete({ pushed, outcomes, cleanObjects, cleanInstances, ...counts }: Counts): boolean {
  const equal = [outcomes, cleanObjects, cleanInstances].every((count) => count === pushed);
  return equal && counts.quarantined === 0 && counts.deadLetters === 0 && counts.saidAgain >= 0;
}

/** The result page; `plot` is the name of the picture beside it. */
export function markdownOf(results: Results, plot: string): string {
  const { machine, counts, fixed, samples, options } = results;
  const most = Math.max(...samples.map(({ asked }) => asked));
  const [one] = fixed;
  return `# Scaling by KEDA on real lag, ${machine.date.slice(0, 10)}, commit ${machine.commit}

${machine.cores} cores (${machine.cpu}), ${machine.memoryGiB} GiB, ${machine.kernel}, Node ${machine.versions['node']}; load average before: ${machine.loadBefore}.
Everything ran on these cores: intake and the sender, Kafka, S3, the key server, PostgreSQL, a Kubernetes API server with its controllers, KEDA 2.21, and the workers.

The objects are the chart's own (profile \`cpu\`, \`scrubbing.scaling.max=${MOST_WORKERS}\`); its clock was set to ${CLOCK.map((each) => `\`${each}\``).join(', ')},
so that growing and shrinking can be seen within minutes. There are no nodes: as many scrubbing *processes* are kept as the Deployment asks for.
Instances are CTs without Pixel Data, 50 to a study: what is measured is the corridor, and not the reading of text in pictures.

## A backlog of ${options.instances}

![replicas and lag over time](${plot})

| what | |
|---|---|
| pushed, before the chart was installed, within | ${seconds(results.pushSeconds)} |
| drained after | ${seconds(results.drainedAfter)} |
| instances a second, from the installation to drained | ${(options.instances / results.drainedAfter).toFixed(0)} |
| most workers | ${most} |
| one worker killed (SIGKILL) after | ${results.killedAfter === undefined ? 'none was: it drained before' : seconds(results.killedAfter)} |
| back at one worker after | ${seconds(results.smallestAgainAfter)} |
| processes started in all | ${results.workersStarted} |
| most records that waited | ${Math.max(...samples.map(({ records }) => records))} |
| longest wait of a record | ${seconds(Math.max(...samples.map((sample) => sample.seconds)))} |

## Lost or doubled: ${isComplete(counts) ? 'nothing' : 'NOT EQUAL'}

| what | |
|---|---|
| instances with success, all phases | ${counts.pushed} |
| outcomes in scrubbing's ledger | ${counts.outcomes} |
| de-identified objects, of so many instances | ${counts.cleanObjects}, ${counts.cleanInstances} |
| quarantined, dead letters | ${counts.quarantined}, ${counts.deadLetters} |
| announcements beyond one each | ${counts.saidAgain} (what was in hand when a worker went is said again in the same words; who hears it does nothing twice) |

## A fixed number of workers, ${options.share} instances each

| workers | instances a second | of one worker |
|---|---|---|
${fixed.map(({ workers, perSecond }) => `| ${workers} | ${perSecond.toFixed(0)} | ${(perSecond / (one?.perSecond ?? 1)).toFixed(2)} |`).join('\n')}

On ${machine.cores} cores four workers are not four times one: they share the cores with each other and with every server above. The rate is that from
when all of them are ready until nine tenths of the backlog are done.
`;
}

const seconds = (value: number): string => `${value.toFixed(0)} s`;
