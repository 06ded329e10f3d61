import { sendInstances } from '@sluice/dicom';
import { phantomStudy, type PhantomInstance } from '@sluice/samples';

const PER_STUDY = 50;
const ASSOCIATIONS = 4;
/** Pixel Data of an 8 x 8 slice, the last element: tag, VR, two reserved bytes, four of length. */
const PIXEL_DATA_BYTES = 12 + 8 * 8 * 2;

/** CT instances without pixels, 50 to a study, each study another patient's: what is measured is the corridor and not tesseract. */
export function headerOnlyInstances(seed: number, count: number): PhantomInstance[] {
  const studies = Array.from({ length: Math.ceil(count / PER_STUDY) }, (_, study) => [
    ...phantomStudy({
      seed: seed * 10_000 + study,
      modality: 'CT',
      instances: PER_STUDY,
      rows: 8,
      columns: 8,
    }),
  ]);
  return studies
    .flat()
    .slice(0, count)
    .map((instance) => ({ ...instance, dataSet: instance.dataSet.subarray(0, -PIXEL_DATA_BYTES) }));
}

/** Sends them by C-STORE over four associations, and says each success. Throws when one of them gets none. */
export async function push(
  port: number,
  instances: readonly PhantomInstance[],
  onSuccess: () => void = () => {},
): Promise<void> {
  const size = Math.ceil(instances.length / ASSOCIATIONS);
  const shares = Array.from({ length: ASSOCIATIONS }, (_, at) => instances.slice(at * size, (at + 1) * size));
  const filled = shares.filter((share) => share.length > 0);
  const counts = await Promise.all(filled.map((share) => pushShare(port, share, onSuccess)));
  const stored = counts.reduce((sum, count) => sum + count, 0);
  if (stored !== instances.length) throw new Error(`${stored} of ${instances.length} got success`);
}

async function pushShare(
  port: number,
  instances: readonly PhantomInstance[],
  onSuccess: () => void,
): Promise<number> {
  const peer = {
    host: '127.0.0.1',
    port,
    callingAE: 'LOCAL',
    calledAE: 'SLUICE',
    timeoutMs: 60_000,
  };
  let stored = 0;
  await sendInstances(peer, instances.map(toSend), (_sent, { outcome }) => {
    if (outcome !== 'stored') return;
    stored += 1;
    onSuccess();
  });
  return stored;
}

function toSend({ dataSet, sopClassUID, sopInstanceUID, transferSyntaxUID }: PhantomInstance) {
  const bytes = async function* () {
    yield dataSet;
  };
  return { sopClassUID, sopInstanceUID, transferSyntaxUID, dataSet: bytes };
}
