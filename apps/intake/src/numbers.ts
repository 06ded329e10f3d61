import type { Metrics } from '@sluice/service';
import type { Refusal } from './admission/refusals.js';
import type { IntakeDoors } from './receive-instance.js';

/** Counts what was taken, by door and peer. */
export function countTaken(metrics: Metrics): NonNullable<IntakeDoors['taken']> {
  const instances = metrics.counter('received_instances_total');
  const bytes = metrics.counter('received_bytes_total');
  return ({ door, peer, sizeBytes }) => {
    instances.add({ door, peer });
    bytes.add({ door, peer }, sizeBytes);
  };
}

/** Counts refusals, each of them: the audit trail gets one record for a flood. */
export function countRefusals(metrics: Metrics): (refusal: Pick<Refusal, 'door' | 'code'>) => void {
  const refusals = metrics.counter('refusals_total');
  return ({ door, code }) => refusals.add({ door, code });
}
