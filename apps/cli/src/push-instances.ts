import { sendInstances, type InstanceToSend, type PeerAddress, type SendResult } from '@sluice/dicom';

/** What became of one offered instance: `code` is the peer's error comment, or why it was not sent. */
export interface Pushed<T> {
  readonly instance: T;
  readonly outcome: 'stored' | 'refused' | 'unsendable';
  readonly status?: number;
  readonly code?: string;
}

/** Sends instances over `associations` associations side by side; what an association lost is offered once more at the end. */
export async function pushInstances<T extends InstanceToSend>(
  peer: PeerAddress,
  instances: readonly T[],
  options: { associations: number; onResult?: (pushed: Pushed<T>, done: number) => void },
): Promise<Pushed<T>[]> {
  const results = new Map<T, Pushed<T>>();
  const note = (instance: T, result: SendResult) => {
    const pushed = { instance, ...plain(result) };
    results.set(instance, pushed);
    options.onResult?.(pushed, results.size);
  };
  await sendAll(peer, shares(instances, options.associations), note);
  const lost = instances.filter((instance) => isLost(results.get(instance)));
  await Promise.all(shares(lost, options.associations).map((share) => offerAgain(peer, share, note)));
  return instances.map(
    (instance) => results.get(instance) ?? { instance, outcome: 'refused', code: 'DICOM_ASSOCIATION_LOST' },
  );
}

async function sendAll<T extends InstanceToSend>(
  peer: PeerAddress,
  groups: readonly (readonly T[])[],
  note: (instance: T, result: SendResult) => void,
): Promise<void> {
  await Promise.all(
    groups.filter((group) => group.length > 0).map((group) => sendInstances(peer, group, note)),
  );
}

/** Each on an association of its own: one that breaks again takes no other with it. */
async function offerAgain<T extends InstanceToSend>(
  peer: PeerAddress,
  instances: readonly T[],
  note: (instance: T, result: SendResult) => void,
): Promise<void> {
  try {
    for (const instance of instances) await sendInstances(peer, [instance], note);
  } catch {
    // The peer is gone or takes nobody now: what is known of each instance stands.
  }
}

/** Never answered: its association broke, or never came to it. */
function isLost(pushed: Pushed<unknown> | undefined): boolean {
  return pushed === undefined || pushed.code?.startsWith('DICOM_ASSOCIATION') === true;
}

/** Whole runs, so that a series stays on one association as far as possible. */
function shares<T>(instances: readonly T[], count: number): T[][] {
  const size = Math.ceil(instances.length / count);
  return Array.from({ length: count }, (_, at) => instances.slice(at * size, (at + 1) * size));
}

function plain(result: SendResult): Omit<Pushed<never>, 'instance'> {
  switch (result.outcome) {
    case 'stored':
      return { outcome: 'stored', status: result.status };
    case 'failed':
      return { outcome: 'refused', status: result.status, code: result.comment };
    case 'unsendable':
      return { outcome: 'unsendable', code: result.reason };
    case 'unsent':
      return { outcome: 'refused', code: result.code };
  }
}
