import { decodeText, type ElementView } from '@sluice/dicom';
import { foldings } from '../words/fold.js';
import { valuesOf } from '../values/dummy-values.js';
import {
  HEAD_CODES,
  HEAD_HAN,
  HEAD_PARTS,
  HEAD_STEMS,
  HEAD_WORDS,
  OTHER_HAN,
  OTHER_HEADS,
  OTHER_WORDS,
} from './head-regions.table.js';
import type { Hold } from './hold.js';

/** What becomes of an image from which a face can be computed: Recognizable Visual Features says so, or it waits for a person, too. */
export type FacePolicy = 'flag' | 'hold';

const MODALITY = 0x00080060;
const SOP_CLASS_UID = 0x00080016;
const BODY_PART_EXAMINED = 0x00180015;
const RECOGNIZABLE_VISUAL_FEATURES = 0x00280302;
const ANATOMIC_REGION_SEQUENCE = 0x00082218;
const CODE_VALUE = 0x00080100;
const CODE_MEANING = 0x00080104;
/** Image classes of CT and MR (PS3.4 B.5), enhanced and legacy converted included. */
const CROSS_SECTIONS = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.(?:2|2\.1|2\.2|4|4\.1|4\.3|4\.4)$/;
/** Study, series, protocol, requested and performed procedure, step; and the meaning of a code of them. What stands in a sequence that the profile removes is not seen. */
const DESCRIPTIONS = new Set([0x00081030, 0x0008103e, 0x00181030, 0x00321060, 0x00400254, 0x00400007]);
const PROCEDURE_CODES = new Set([0x00081032, 0x00321064, 0x00400008, 0x00400260]);
const MOST_BYTES = 4096;

const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const setOf = (words: string) => new Set(words.split(' '));
const parts = setOf(HEAD_PARTS);
const codes = setOf(HEAD_CODES);
const words = setOf(HEAD_WORDS);
const stems = HEAD_STEMS.split(' ');
const han = HEAD_HAN.split(' ');
const otherWords = setOf(OTHER_WORDS);
const otherHan = OTHER_HAN.split(' ');

/** What a text says of the region: undefined where it says nothing. */
export function regionOfText(text: string): 'head' | 'other' | undefined {
  const rest = text.normalize('NFC').replaceAll('_', ' ').replace(OTHER_HEADS, ' femur ');
  const found = [...rest.matchAll(WORD)].flatMap(([word]) => foldings(word));
  if (found.some((word) => words.has(word) || stems.some((stem) => word.startsWith(stem)))) return 'head';
  if (han.some((term) => rest.includes(term))) return 'head';
  const isOther = found.some((word) => otherWords.has(word)) || otherHan.some((term) => rest.includes(term));
  return isOther ? 'other' : undefined;
}

/** Watches one object for a head in CT or MR, by body part, anatomic region and the words of its descriptions. */
export function watchFaces(policy: FacePolicy): {
  note(element: ElementView): void;
  /** True where Recognizable Visual Features (0028,0302) must be YES. */
  shown(): boolean;
  hold(): Hold | undefined;
} {
  let crossSection = false;
  let said = false;
  const regions = new Set<'head' | 'other'>();

  function note(element: ElementView): void {
    const { tag, path, value } = element;
    if (!value || value.length === 0 || value.length > MOST_BYTES) return;
    const [first = ''] = valuesOf(value);
    if (tag === SOP_CLASS_UID && path.length === 0) crossSection ||= CROSS_SECTIONS.test(first);
    if (tag === MODALITY && path.length === 0) crossSection ||= first === 'CT' || first === 'MR';
    if (tag === RECOGNIZABLE_VISUAL_FEATURES) said ||= first === 'YES';
    const region = regionOf(element);
    if (region) regions.add(region);
  }

  const shown = () => said || (crossSection && regions.has('head'));

  function hold(): Hold | undefined {
    if (policy !== 'hold') return undefined;
    if (shown()) return { code: 'SCRUBBING_FACE_HELD', detail: 'a face can be computed from a head' };
    if (!crossSection || regions.size > 0) return undefined;
    return { code: 'SCRUBBING_FACE_HELD', detail: 'nothing says which part of the body is shown' };
  }

  return { note, shown, hold };
}

function regionOf(element: ElementView): 'head' | 'other' | undefined {
  const { tag, vr, path, value = Buffer.alloc(0), charset } = element;
  const around = path.at(-1)?.tag ?? 0;
  if (tag === BODY_PART_EXAMINED) {
    const all = valuesOf(value).map((one) => one.toUpperCase().replace(/[^A-Z]/g, ''));
    if (all.some((one) => parts.has(one))) return 'head';
    return (
      regionOfText(decodeText(value, vr, charset)) ?? (all.some((one) => one !== '') ? 'other' : undefined)
    );
  }
  if (tag === CODE_VALUE && around === ANATOMIC_REGION_SEQUENCE)
    return valuesOf(value).some((code) => codes.has(code)) ? 'head' : undefined;
  const isMeaning =
    tag === CODE_MEANING && (around === ANATOMIC_REGION_SEQUENCE || PROCEDURE_CODES.has(around));
  return isMeaning || DESCRIPTIONS.has(tag) ? regionOfText(decodeText(value, vr, charset)) : undefined;
}
