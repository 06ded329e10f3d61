import { SluiceError } from '@sluice/contracts';
import { decodeText, pickAttributes } from '@sluice/dicom';
import type { Identifiers } from './identify.js';

const TAGS = {
  SOPClassUID: 0x00080016,
  SOPInstanceUID: 0x00080018,
  PatientID: 0x00100020,
  IssuerOfPatientID: 0x00100021,
  StudyInstanceUID: 0x0020000d,
  SeriesInstanceUID: 0x0020000e,
} as const;

/** The class of a DICOMDIR (PS3.4 I): no storage class. */
export const MEDIA_STORAGE_DIRECTORY = '1.2.840.10008.1.3.10';
/** Offset of the first root record, of the last, and File-set Consistency Flag: a DICOMDIR has all of them, nothing else any (PS3.3 F.3). */
const DIRECTORY = [0x00041200, 0x00041202, 0x00041212];

/**
 * Reads just enough of a data set to know whose it is; `replay` gives all its bytes.
 * @throws SluiceError INTAKE_DIRECTORY_REFUSED, DICOM_MALFORMED, DICOM_LIMIT_EXCEEDED, DICOM_SYNTAX_UNSUPPORTED
 */
export async function readIdentifiers(
  dataSet: AsyncIterable<Buffer>,
  transferSyntaxUID: string,
): Promise<{ identifiers: Identifiers; replay: AsyncIterableIterator<Buffer> }> {
  const picked = await pickAttributes(dataSet, {
    transferSyntaxUID,
    tags: [...DIRECTORY, ...Object.values(TAGS)],
  });
  if (DIRECTORY.some((tag) => picked.values.has(tag))) {
    await picked.replay.return?.();
    throw new SluiceError('INTAKE_DIRECTORY_REFUSED');
  }
  const text = (tag: number) => {
    const element = picked.values.get(tag);
    return element
      ? decodeText(element.value, element.vr, picked.charset)
          .replace(/[\0 ]+$/, '')
          .trimStart()
      : '';
  };
  const identifiers = Object.fromEntries(Object.entries(TAGS).map(([keyword, tag]) => [keyword, text(tag)]));
  return { identifiers: identifiers as unknown as Identifiers, replay: picked.replay };
}
