import type { ElementView } from '@sluice/dicom';
import { valuesOf } from '../values/dummy-values.js';
import type { Hold } from './hold.js';

/** What becomes of an encapsulated document: not released for good, or until a person has looked. Nothing here cleans one. */
export type DocumentPolicy = 'drop' | 'hold';

const SOP_CLASS_UID = 0x00080016;
const ENCAPSULATED_DOCUMENT = 0x00420011;
/** Encapsulated PDF, CDA, STL, OBJ, MTL Storage (PS3.4 B.5). */
const DOCUMENT_CLASS = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.104\.\d{1,2}$/;
const MEDIA_STORAGE_SOP_CLASS_UID = 0x00020002;
const MEDIA_STORAGE_DIRECTORY = '1.2.840.10008.1.3.10';
/** Offsets of the root records, File-set Consistency Flag, records: a DICOMDIR has all of them, nothing else any (PS3.3 F.3). */
const DIRECTORY = new Set([0x00041200, 0x00041202, 0x00041212, 0x00041220]);

/** Watches one object for a document in it, or for being a directory. */
export function watchDocuments(policy: DocumentPolicy): {
  note(element: ElementView): void;
  hold(): Hold | undefined;
} {
  let document = false;
  let directory = false;

  function note({ tag, path, value }: ElementView): void {
    if (path.length > 0) return;
    if (tag === ENCAPSULATED_DOCUMENT) document = true;
    if (DIRECTORY.has(tag)) directory = true;
    if ((tag !== SOP_CLASS_UID && tag !== MEDIA_STORAGE_SOP_CLASS_UID) || !value) return;
    const [uid = ''] = valuesOf(value);
    document ||= DOCUMENT_CLASS.test(uid);
    directory ||= uid === MEDIA_STORAGE_DIRECTORY;
  }

  function hold(): Hold | undefined {
    if (directory)
      return {
        code: 'SCRUBBING_DIRECTORY',
        detail: 'a DICOMDIR is an index of persons, not an object of one',
      };
    if (!document) return undefined;
    return policy === 'drop'
      ? { code: 'SCRUBBING_DOCUMENT_DROPPED', detail: 'documents are dropped by policy' }
      : { code: 'SCRUBBING_DOCUMENT_HELD', detail: 'a document waits for a person' };
  }

  return { note, hold };
}
