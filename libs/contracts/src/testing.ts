import type { EventData } from './events/registry.js';

/** A valid `instance.received.v1`, for tests; `n` makes its keys differ. */
export function sampleReceived(n = 1): EventData<'instance.received.v1'> {
  const key = (letter: string) => letter.repeat(56) + n.toString(16).padStart(8, '0');
  return {
    tenant: 't1',
    subjectKey: key('a'),
    studyKey: key('b'),
    seriesKey: key('c'),
    instanceKey: key('d'),
    contentKey: key('e'),
    attempt: n.toString(16).padStart(32, '0'),
    object: { name: `staging/t1/raw/${key('d')}/${n}`, digest: key('f'), sizeBytes: 1024 },
    sopClassUID: '1.2.840.10008.5.1.4.1.1.2',
    transferSyntaxUID: '1.2.840.10008.1.2.1',
    priority: 'medium',
    batchKey: '0'.repeat(32),
    peer: 'ct1',
    receivedAt: '2026-01-01T00:00:00.000Z',
  };
}

export { runScript, type Script } from './testing/run-script.js';
