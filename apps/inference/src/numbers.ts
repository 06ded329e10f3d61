import type { Metrics } from '@sluice/service';
import type { Jobs } from './jobs/jobs.js';
import type { LoadedModel } from './model/open-models.js';
import type { WhyReplaced } from './model/runner-onnxruntime.js';
import type { BatchReport } from './queue/batch-queue.js';

/** Counts batches and pictures, and how long they waited and took. The mean batch is pictures / batches. */
export function watchBatches(metrics: Metrics): (batch: BatchReport) => void {
  const batches = metrics.counter('inference_batches_total');
  const pictures = metrics.counter('inference_pictures_total');
  const waits = metrics.durations('inference_wait_seconds');
  const computes = metrics.durations('inference_compute_seconds');
  return ({ size, urgent, waitMs, computeMs }) => {
    batches.add();
    pictures.add({ dispatch: 'urgent' }, urgent);
    pictures.add({ dispatch: 'routine' }, size - urgent);
    waits.observeMs(waitMs);
    computes.observeMs(computeMs);
  };
}

/** Counts processes that another one took the place of; both reasons are told from the start, as zeros, so that the first one is a rise. */
export function watchReplacements(metrics: Metrics): (why: WhyReplaced) => void {
  const replacements = metrics.counter('inference_replacements_total');
  for (const reason of ['too-large', 'died'] satisfies WhyReplaced[]) replacements.add({ reason }, 0);
  return (reason) => replacements.add({ reason });
}

/** Tells, at each scrape, what waits: objects in the table, pictures in memory. */
export function watchQueues(
  metrics: Metrics,
  { jobs, models }: { jobs: Jobs; models: readonly Pick<LoadedModel, 'queue'>[] },
): void {
  const objects = metrics.gauge('inference_waiting_objects');
  const pictures = metrics.gauge('inference_waiting_pictures');
  metrics.beforeScrape(async () => {
    const waiting = await jobs.waiting();
    for (const dispatch of ['urgent', 'routine'] as const) {
      objects.set(waiting[dispatch], { dispatch });
      pictures.set(
        models.reduce((sum, { queue }) => sum + queue.waiting()[dispatch], 0),
        { dispatch },
      );
    }
  });
}
