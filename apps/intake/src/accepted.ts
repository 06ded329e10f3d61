import { STORAGE_SOP_CLASSES, TRANSFER_SYNTAXES } from '@sluice/dicom';
import type { Peer } from './peers.js';

/** Whether a peer may send this class in this syntax: its own lists, or all that docs/conformance.md names. */
export function accepts(peer: Peer, instance: { sopClassUID: string; transferSyntaxUID: string }): boolean {
  const classes = peer.sopClasses;
  const syntaxes = peer.transferSyntaxes;
  return (
    (classes ? classes.includes(instance.sopClassUID) : STORAGE_SOP_CLASSES.has(instance.sopClassUID)) &&
    (syntaxes
      ? syntaxes.includes(instance.transferSyntaxUID)
      : TRANSFER_SYNTAXES.has(instance.transferSyntaxUID))
  );
}
