import { STORAGE_SOP_CLASSES, TRANSFER_SYNTAXES } from './uids.table.js';

const UID = /^(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))+$/;

/** True for a well-formed UID: at most 64 characters, no leading zeros in a component (PS3.5 9.1). */
export function isUid(text: string): boolean {
  return text.length <= 64 && UID.test(text);
}

/** Name of a transfer syntax or storage SOP class, the UID itself where unknown. */
export function uidName(uid: string): string {
  return TRANSFER_SYNTAXES.get(uid) ?? STORAGE_SOP_CLASSES.get(uid) ?? uid;
}
