type Work = () => Promise<void>;

/** An exit waits no longer for those who have something to say first. */
const LEAVE_LIMIT_MS = 1_500;

/** The two halves of a shutdown: drain everything at once, then close one by one, the last opened first. */
export interface Closing {
  onDrain(work: Work): void;
  onClose(work: Work): void;
  /** Runs also where there is no time to drain and close. */
  onLeave(work: Work): void;
  /** The hurried end: all that `onLeave` took, at once, for 1.5 s together at most. Never rejects; once, however often it is called. */
  leave(): Promise<void>;
  /** Does both halves to the end, whatever fails; rejects with the first failure. */
  run(): Promise<void>;
}

/** An empty list of what is to be closed. */
export function openClosing(): Closing {
  const drains: Work[] = [];
  const closes: Work[] = [];
  const leaves: Work[] = [];
  let leaving: Promise<void> | undefined;
  return {
    onDrain: (work) => void drains.push(work),
    onClose: (work) => void closes.push(work),
    onLeave: (work) => void leaves.push(work),
    leave: () => (leaving ??= allWithin(LEAVE_LIMIT_MS, leaves)),
    run: async () => {
      const failures = rejected(await Promise.allSettled(drains.splice(0).map((work) => work())));
      for (const work of closes.splice(0).reverse())
        failures.push(...rejected(await Promise.allSettled([work()])));
      if (failures.length > 0) throw failures[0];
    },
  };
}

async function allWithin(limitMs: number, works: readonly Work[]): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, limitMs);
  await Promise.race([Promise.allSettled(works.map((work) => work())), late.promise]);
  clearTimeout(timer);
}

const rejected = (results: readonly PromiseSettledResult<void>[]): unknown[] =>
  results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
