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

/**
 * Reads just enough of a data set to know whose it is; `replay` gives all its bytes.
 * @throws SluiceError DICOM_MALFORMED, DICOM_LIMIT_EXCEEDED, DICOM_SYNTAX_UNSUPPORTED
 */
export async function readIdentifiers(
  dataSet: AsyncIterable<Buffer>,
  transferSyntaxUID: string,
): Promise<{ identifiers: Identifiers; replay: AsyncIterableIterator<Buffer> }> {
  const picked = await pickAttributes(dataSet, { transferSyntaxUID, tags: Object.values(TAGS) });
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
