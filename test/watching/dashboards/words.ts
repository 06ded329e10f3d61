/** Why a question has no answer where nothing is wrong. */
export const WELL = 'only what went wrong has a series';

/** A rate per second as one per minute. */
export const perMinute = (rate: string): string => `60 * ${rate}`;

/** A quantile of a histogram, by labels. */
export const quantile = (share: number, metric: string, by: readonly string[]): string => {
  const labels = ['le', ...by].join(', ');
  return `histogram_quantile(${share}, sum by (${labels}) (rate(${metric}[$__rate_interval])))`;
};
