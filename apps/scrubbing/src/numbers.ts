import type { Metrics } from '@sluice/service';
import type { Said } from './scrub-instance.js';

/** Counts verdicts, and what was done to the attributes of what is released. A delivery that is worked twice counts twice. */
export function countVerdicts(metrics: Metrics): (said: Said) => void {
  const verdicts = metrics.counter('verdicts_total');
  const actions = metrics.counter('scrub_actions_total');
  return (said) => {
    if (said.type === 'instance.quarantined.v1') {
      verdicts.add({ result: 'quarantined', code: said.data.code });
      return;
    }
    verdicts.add({ result: 'clean' });
    const { removed, replaced, kept } = said.data.counts;
    for (const [action, count] of Object.entries({ removed, replaced, kept })) actions.add({ action }, count);
  };
}
