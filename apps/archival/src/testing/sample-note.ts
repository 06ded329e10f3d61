import type { EventData, ReleaseNote } from '@sluice/contracts';

type Received = EventData<'instance.received.v1'>;
type Sealed = EventData<'object.sealed.v1'>;

/** What scrubbing would note of the clean copy of a delivery. */
export function sampleNote(received: Received, clean: Pick<Sealed, 'plainDigest'>): ReleaseNote {
  return {
    schema: 'release.note.v1',
    profile: { name: 'basic', digest: 'b'.repeat(64) },
    codeVersion: '1',
    before: { contentKey: received.contentKey },
    after: {
      sha256: clean.plainDigest ?? '',
      sizeBytes: 1,
      SOPClassUID: received.sopClassUID,
      SOPInstanceUID: '2.25.1',
      SeriesInstanceUID: '2.25.2',
      StudyInstanceUID: '2.25.3',
      TransferSyntaxUID: received.transferSyntaxUID,
    },
    actions: { kept: 3, removed: 1, emptied: 0, replaced: 1, cleaned: 0, datesShifted: 0, uidsMapped: 1 },
    pixels: { verdict: 'not-needed', by: 'none', masks: [], unlistedMasks: 0 },
    residual: { verdict: 'passed', engines: ['bytes'] },
  };
}
