import type { ElementView } from '@sluice/dicom';
import { isProvenCode, REPLACED_SCHEME } from './coded-concepts.js';
import { REMOVED_TEXT } from '../values/dummy-values.js';
import { isTechnical } from './technical-text.js';

const CODE_VALUE = 0x00080100;
const SCHEME = 0x00080102;
const MEANING = 0x00080104;

/** Codes below these say who a person or a place is, whatever they look like: persons, operators, institutions, observers, flows. */
const IDENTITY_SEQUENCES = new Set([0x00401101, 0x00081072, 0x00080082, 0x0040a073, 0x00340001]);

/**
 * Judges the parts of a coded entry (PS3.3 8) together: a proven code keeps value and scheme and becomes its own meaning, since
 * the meaning is free text; any other becomes a code of ours. One per data set: the parts come in tag order.
 */
export function createCodeItems(): (element: ElementView, value: string) => string | undefined {
  let last = { item: '', code: undefined as string | undefined };
  return (element, value) => {
    switch (element.tag) {
      case CODE_VALUE: {
        const proven = isProvenCode(value) && !element.path.some(({ tag }) => IDENTITY_SEQUENCES.has(tag));
        last = { item: itemOf(element), code: proven ? value : undefined };
        return proven ? value : REMOVED_TEXT;
      }
      case SCHEME:
        return codeHere(element) && isTechnical('CodingSchemeDesignator', 'SH', value)
          ? value
          : REPLACED_SCHEME;
      case MEANING:
        return codeHere(element) ?? REMOVED_TEXT;
      default:
        return undefined;
    }
  };

  function codeHere(element: ElementView): string | undefined {
    return last.item === itemOf(element) ? last.code : undefined;
  }
}

function itemOf({ path }: ElementView): string {
  return path.map(({ tag, item }) => `${tag}.${item}`).join('/');
}
