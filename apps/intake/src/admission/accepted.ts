import { STORAGE_SOP_CLASSES, syntaxOf, TRANSFER_SYNTAXES } from '@sluice/dicom';
import type { Peer } from '../peers.js';

/** Every transfer syntax that is taken, with its name: those of PS3.6 Table A-1 in which a data set can be read. */
export const ACCEPTED_SYNTAXES: ReadonlyMap<string, string> = new Map(
  [...TRANSFER_SYNTAXES].filter(([uid]) => isReadable(uid)),
);

/** Whether a peer may send this class: its own list, or every class that docs/conformance.md names. */
export function acceptsClass({ sopClasses }: Peer, sopClassUID: string): boolean {
  return sopClasses ? sopClasses.includes(sopClassUID) : STORAGE_SOP_CLASSES.has(sopClassUID);
}

/** Whether a peer may send in this syntax: its own list within those that docs/conformance.md names. */
export function acceptsSyntax({ transferSyntaxes }: Peer, transferSyntaxUID: string): boolean {
  return ACCEPTED_SYNTAXES.has(transferSyntaxUID) && (transferSyntaxes?.includes(transferSyntaxUID) ?? true);
}

function isReadable(uid: string): boolean {
  try {
    return syntaxOf(uid) !== undefined;
  } catch {
    return false;
  }
}
