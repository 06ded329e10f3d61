import type { ElementView } from '@sluice/dicom';
import { valuesOf } from '../values/dummy-values.js';

/** What the original header says about its pixels, gathered while it is read. */
export interface Evidence {
  sopClassUID: string | undefined;
  mediaStorageSOPClassUID: string | undefined;
  modality: string | undefined;
  imageType: readonly string[];
  burnedIn: string | undefined;
  conversionType: string | undefined;
  samplesPerPixel: number | undefined;
  pixels: boolean;
  overlays: boolean;
  document: boolean;
}

const OVERLAY_DATA = 0x3000;
const OVERLAY_BITS_ALLOCATED = 0x0100;
const PIXEL_TAGS = new Set([0x7fe00008, 0x7fe00009, 0x7fe00010]);

const TEXT_FACTS: ReadonlyMap<number, (evidence: Evidence, values: readonly string[]) => void> = new Map([
  [0x00020002, (evidence, [uid]) => void (evidence.mediaStorageSOPClassUID = uid)],
  [0x00080008, (evidence, values) => void (evidence.imageType = values)],
  [0x00080016, (evidence, [uid]) => void (evidence.sopClassUID = uid)],
  [0x00080060, (evidence, [modality]) => void (evidence.modality = modality)],
  [0x00080064, (evidence, [type]) => void (evidence.conversionType = type)],
  [0x00280301, (evidence, [flag]) => void (evidence.burnedIn = evidence.burnedIn === 'YES' ? 'YES' : flag)],
]);

/** Nothing known yet. */
export function noEvidence(): Evidence {
  return {
    sopClassUID: undefined,
    mediaStorageSOPClassUID: undefined,
    modality: undefined,
    imageType: [],
    burnedIn: undefined,
    conversionType: undefined,
    samplesPerPixel: undefined,
    pixels: false,
    overlays: false,
    document: false,
  };
}

/** Notes one element of the original; BurnedInAnnotation counts at any depth, everything else at depth 0. */
export function noteEvidence(evidence: Evidence, element: ElementView): void {
  const { tag, value, path } = element;
  if (path.length > 0) {
    if (tag === 0x00280301 && value && valuesOf(value).includes('YES')) evidence.burnedIn = 'YES';
    return;
  }
  if (value) TEXT_FACTS.get(tag)?.(evidence, valuesOf(value));
  if (PIXEL_TAGS.has(tag)) evidence.pixels = true;
  if (tag === 0x00420011) evidence.document = true;
  if (tag === 0x00280002) evidence.samplesPerPixel = numberOf(element);
  if (tag >>> 24 === 0x60 && isOverlay(element)) evidence.overlays = true;
}

/** A plane of its own, or one that hides in unused bits of the pixels (PS3.5 8.1.2, retired). */
function isOverlay(element: ElementView): boolean {
  const number = element.tag & 0xffff;
  return number === OVERLAY_DATA || (number === OVERLAY_BITS_ALLOCATED && numberOf(element) !== 1);
}

function numberOf({ value, littleEndian }: ElementView): number | undefined {
  if (!value || value.length < 2) return undefined;
  return littleEndian ? value.readUInt16LE(0) : value.readUInt16BE(0);
}
