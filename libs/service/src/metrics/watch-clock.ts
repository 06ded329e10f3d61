import type { Metrics } from './metrics.js';

/** Tells at each scrape how far this machine's clock is from a door's; `skewMs` is undefined while the door has not said. */
export function watchClock(
  metrics: Metrics,
  door: string,
  skewMs: () => number | undefined | Promise<number | undefined>,
): void {
  const gauge = metrics.gauge('clock_skew_seconds');
  metrics.beforeScrape(async () => {
    const skew = await skewMs();
    if (skew !== undefined) gauge.set(skew / 1000, { door });
  });
}
