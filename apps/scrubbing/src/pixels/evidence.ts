import { decodeText, type ElementAction, type ElementView, syntaxOf } from '@sluice/dicom';
import type { Device } from './rules/device-rules.js';
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
  rows: number | undefined;
  columns: number | undefined;
  bitsAllocated: number | undefined;
  frames: number;
  /** Who made it, decoded. */
  manufacturer: string;
  model: string;
  software: string;
  /** Regions of an ultrasound image, one per item. */
  readonly regions: Map<number, Partial<UltrasoundRegion>>;
  pixels: boolean;
  /** Frames stand in fragments. */
  compressed: boolean;
  /** There may be more in the pixel data than its frames. */
  excess: boolean;
  /** An overlay plane lies in bits of the pixels (PS3.5 8.1.2, retired). */
  overlayBits: boolean;
  /** An overlay plane of its own stays in the output. */
  keptOverlay: boolean;
  document: boolean;
  waveform: boolean;
}

/** Corners of a region, both of them in it, in pixels (PS3.3 C.8.5.5.1.1 .. 4). */
export interface UltrasoundRegion {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const OVERLAY_DATA = 0x3000;
const OVERLAY_BITS_ALLOCATED = 0x0100;
const PIXEL_TAGS = new Set([0x7fe00008, 0x7fe00009, 0x7fe00010]);
const REGIONS = 0x00186011;
const CORNERS: ReadonlyMap<number, keyof UltrasoundRegion> = new Map([
  [0x00186018, 'left'],
  [0x0018601a, 'top'],
  [0x0018601c, 'right'],
  [0x0018601e, 'bottom'],
]);
/** More regions than this are no image's; the rest counts as outside. */
const MOST_REGIONS = 256;

const TEXT_FACTS: ReadonlyMap<number, (evidence: Evidence, values: readonly string[]) => void> = new Map([
  [0x00020002, (evidence, [uid]) => void (evidence.mediaStorageSOPClassUID = uid)],
  [0x00080008, (evidence, values) => void (evidence.imageType = values)],
  [0x00080016, (evidence, [uid]) => void (evidence.sopClassUID = uid)],
  [0x00080060, (evidence, [modality]) => void (evidence.modality = modality)],
  [0x00080064, (evidence, [type]) => void (evidence.conversionType = type)],
  [0x00280301, (evidence, [flag]) => void (evidence.burnedIn = evidence.burnedIn === 'YES' ? 'YES' : flag)],
]);

const DEVICE_FACTS: ReadonlyMap<number, 'manufacturer' | 'model' | 'software'> = new Map([
  [0x00080070, 'manufacturer'],
  [0x00081090, 'model'],
  [0x00181020, 'software'],
]);

const SIZE_FACTS: ReadonlyMap<number, 'samplesPerPixel' | 'rows' | 'columns' | 'bitsAllocated'> = new Map([
  [0x00280002, 'samplesPerPixel'],
  [0x00280010, 'rows'],
  [0x00280011, 'columns'],
  [0x00280100, 'bitsAllocated'],
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
    rows: undefined,
    columns: undefined,
    bitsAllocated: undefined,
    frames: 1,
    manufacturer: '',
    model: '',
    software: '',
    regions: new Map(),
    pixels: false,
    compressed: false,
    excess: false,
    overlayBits: false,
    keptOverlay: false,
    document: false,
    waveform: false,
  };
}

/** The device that made an image, and of what kind it is. */
export function whoMade({ manufacturer, model, software, modality = '' }: Evidence): Device {
  return { manufacturer, model, software, modality };
}

/** Notes one element of the original; BurnedInAnnotation counts at any depth, regions in their sequence, everything else at depth 0. */
export function noteEvidence(evidence: Evidence, element: ElementView): void {
  const { tag, value, path } = element;
  if (path.length > 0) return noteNested(evidence, element);
  if (value) TEXT_FACTS.get(tag)?.(evidence, valuesOf(value));
  const device = DEVICE_FACTS.get(tag);
  if (device && value) evidence[device] = decodeText(value, element.vr, element.charset).trim();
  if (tag === 0x00020010 && value) evidence.compressed = isCompressed(valuesOf(value)[0] ?? '');
  if (PIXEL_TAGS.has(tag)) notePixels(evidence, element);
  if (tag === 0x00420011) evidence.document = true;
  if (tag === 0x54000100) evidence.waveform = true;
  const size = SIZE_FACTS.get(tag);
  if (size) evidence[size] = numberOf(element);
  if (tag === 0x00280008 && value) evidence.frames = Number(valuesOf(value)[0]) || 1;
  if (tag >>> 24 === 0x60 && (tag & 0xffff) === OVERLAY_BITS_ALLOCATED && numberOf(element) !== 1)
    evidence.overlayBits = true;
}

/** What is no longer than its frames, and one byte of padding, has nothing behind them; of anything else whoever reads the frames tells. */
function notePixels(evidence: Evidence, { lengthBytes }: ElementView): void {
  const { rows = NaN, columns = NaN, bitsAllocated = NaN, samplesPerPixel = 1, frames } = evidence;
  const bytes = Math.ceil((rows * columns * samplesPerPixel * bitsAllocated * frames) / 8);
  const fits = lengthBytes <= bytes + (bytes % 2);
  if (evidence.pixels || (lengthBytes >= 0 && !fits)) evidence.excess = true;
  evidence.pixels = true;
}

/** Notes what was decided: an overlay plane of its own that stays has been read by nobody. */
export function noteKept(evidence: Evidence, { tag, path }: ElementView, action: ElementAction): void {
  if (path.length > 0 || tag >>> 24 !== 0x60 || (tag & 0xffff) !== OVERLAY_DATA) return;
  if (action.do === 'keep' || action.do === 'replace') evidence.keptOverlay = true;
}

function noteNested(evidence: Evidence, { tag, value, path, littleEndian }: ElementView): void {
  if (!value) return;
  if (tag === 0x00280301 && valuesOf(value).includes('YES')) evidence.burnedIn = 'YES';
  const [step] = path;
  const corner = CORNERS.get(tag);
  if (!corner || path.length !== 1 || step?.tag !== REGIONS || value.length < 4) return;
  if (step.item >= MOST_REGIONS) return;
  const region = evidence.regions.get(step.item) ?? {};
  const at = littleEndian ? value.readUInt32LE(0) : value.readUInt32BE(0);
  evidence.regions.set(step.item, { ...region, [corner]: at });
}

function isCompressed(transferSyntaxUID: string): boolean {
  try {
    return !syntaxOf(transferSyntaxUID).native;
  } catch {
    // Whoever reads the data set says what is wrong with it.
    return true;
  }
}

function numberOf({ value, littleEndian }: ElementView): number | undefined {
  if (!value || value.length < 2) return undefined;
  return littleEndian ? value.readUInt16LE(0) : value.readUInt16BE(0);
}
