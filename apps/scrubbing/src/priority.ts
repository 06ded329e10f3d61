import type { ElementView } from '@sluice/dicom';
import { valuesOf } from './values/dummy-values.js';

/** A word of ours, as `instance.scrubbed` has it. */
export type Priority = 'high' | 'medium' | 'low';

/** Hears of the orders that an object belongs to. */
export interface PriorityGathering {
  note(element: ElementView): void;
  /** How urgent they say that it is; nothing where none does in a defined term. Never the element's text. */
  priority(): Priority | undefined;
}

const REQUESTED_PROCEDURE_PRIORITY = 0x00401003;
/** Request Attributes Sequence (PS3.3 Table 10-9), and Referenced Request Sequence of documents (PS3.3 C.17.2). */
const ORDERS: ReadonlySet<number> = new Set([0x00400275, 0x0040a370]);
/** PS3.4 Table K.6-1. */
const TERMS: Readonly<Record<string, Priority>> = {
  STAT: 'high',
  HIGH: 'high',
  ROUTINE: 'medium',
  MEDIUM: 'medium',
  LOW: 'low',
};
const MOST_URGENT_FIRST = ['high', 'medium', 'low'] as const;

/** Gathers what orders say: at depth 0, where a worklist entry was copied as it is, and in each order of an object's own. The most urgent counts. */
export function gatherPriority(): PriorityGathering {
  const said = new Set<Priority>();
  return {
    note({ tag, path, value }) {
      if (tag !== REQUESTED_PROCEDURE_PRIORITY || !value || !isOfAnOrder(path)) return;
      const [term = ''] = valuesOf(value);
      const priority = TERMS[term.trim().toUpperCase()];
      if (priority) said.add(priority);
    },
    priority: () => MOST_URGENT_FIRST.find((one) => said.has(one)),
  };
}

const isOfAnOrder = ([first, ...deeper]: ElementView['path']): boolean =>
  !first || (deeper.length === 0 && ORDERS.has(first.tag));
