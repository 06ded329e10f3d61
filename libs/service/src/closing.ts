type Work = () => Promise<void>;

/** The two halves of a shutdown: drain everything at once, then close one by one, the last opened first. */
export interface Closing {
  onDrain(work: Work): void;
  onClose(work: Work): void;
  /** Does both halves to the end, whatever fails; rejects with the first failure. */
  run(): Promise<void>;
}

/** An empty list of what is to be closed. */
export function openClosing(): Closing {
  const drains: Work[] = [];
  const closes: Work[] = [];
  return {
    onDrain: (work) => void drains.push(work),
    onClose: (work) => void closes.push(work),
    run: async () => {
      const failures = rejected(await Promise.allSettled(drains.splice(0).map((work) => work())));
      for (const work of closes.splice(0).reverse())
        failures.push(...rejected(await Promise.allSettled([work()])));
      if (failures.length > 0) throw failures[0];
    },
  };
}

const rejected = (results: readonly PromiseSettledResult<void>[]): unknown[] =>
  results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
