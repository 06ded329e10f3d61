import {
  type ElementAction,
  type ElementView,
  IMPLEMENTATION_CLASS_UID,
  IMPLEMENTATION_VERSION,
} from '@sluice/dicom';
import { textValue, uidValue, valuesOf } from '../values/dummy-values.js';

const MEDIA_STORAGE_SOP_INSTANCE_UID = 0x00020003;
const KEPT = new Set([0x00020000, 0x00020002, 0x00020010]);
const OURS = new Map([
  [0x00020001, Buffer.from([0, 1])],
  [0x00020012, uidValue([IMPLEMENTATION_CLASS_UID])],
  [0x00020013, textValue(IMPLEMENTATION_VERSION)],
]);

/** File meta (PS3.10 7.1): the instance follows the data set's new UID, the writer is us, senders and private information go. */
export function fileMetaAction(
  { tag, value }: ElementView,
  newUid: (original: string) => string,
): ElementAction {
  const ours = OURS.get(tag);
  if (ours) return { do: 'replace', value: ours };
  if (KEPT.has(tag)) return { do: 'keep' };
  if (tag !== MEDIA_STORAGE_SOP_INSTANCE_UID) return { do: 'remove' };
  return {
    do: 'replace',
    value: uidValue(
      valuesOf(value ?? Buffer.alloc(0))
        .slice(0, 1)
        .map(newUid),
    ),
  };
}
