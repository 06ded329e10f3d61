import type { ElementAction, ElementView } from '@sluice/dicom';

const KEEP: ElementAction = { do: 'keep' };

/** Action C of Table E.1-1: a sequence keeps its items, each judged by its own rules. Undefined for a value that cannot be cleaned. */
export function cleanValue({ vr }: ElementView): ElementAction | undefined {
  return vr === 'SQ' ? KEEP : undefined;
}
