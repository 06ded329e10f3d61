import type { Metrics } from '@sluice/service';
import type { Jobs } from './jobs/jobs.js';
import type { LoadedModel } from './model/open-models.js';
import type { BatchReport } from './queue/batch-queue.js';

/** Counts batches and pictures, and how long they waited and took. The mean batch is pictures / batches. */
export function watchBatches(metrics: Metrics): (name: string, batch: BatchReport) => void {
  const batches = metrics.counter({ name: 'inference_batches_total', help: 'Batches that a model ran.' });
  const pictures = metrics.counter({
    name: 'inference_pictures_total',
    help: 'Pictures that a model saw.',
    labels: ['dispatch'],
  });
  const waits = metrics.durations({
    name: 'inference_wait_seconds',
    help: 'Time that the longest waiting picture of a batch waited.',
  });
  const computes = metrics.durations({
    name: 'inference_compute_seconds',
    help: 'Time that a batch took.',
  });
  return (_name, { size, urgent, waitMs, computeMs }) => {
    batches.add();
    pictures.add({ dispatch: 'urgent' }, urgent);
    pictures.add({ dispatch: 'routine' }, size - urgent);
    waits.observeMs(waitMs);
    computes.observeMs(computeMs);
  };
}

/** Tells, at each scrape, what waits: objects in the table, pictures in memory. */
export function watchQueues(
  metrics: Metrics,
  { jobs, models }: { jobs: Jobs; models: readonly Pick<LoadedModel, 'queue'>[] },
): void {
  const labels = ['dispatch'] as const;
  const objects = metrics.gauge({
    name: 'inference_waiting_objects',
    help: 'Objects that wait for a model or are in hand.',
    labels,
  });
  const pictures = metrics.gauge({
    name: 'inference_waiting_pictures',
    help: 'Pictures in memory that wait for a batch.',
    labels,
  });
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
