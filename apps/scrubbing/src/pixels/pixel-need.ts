import type { Profile } from '../profile/profile.js';
import { type Evidence, whoMade } from './evidence.js';
import type { PixelFindings } from './look/look-at-pixels.js';
import { PROVEN_IMAGES, PROVEN_OBJECTS, UNPROVEN_MODALITIES } from './proven-classes.table.js';
import { rulesFor } from './rules/device-rules.js';

/**
 * What the pixels of an object need before it may leave. `none`: nobody writes on such an image. `segments`: neither, but its compressed
 * frames may carry comments that no decoder shows, or more stands behind native ones. `look`: they may show a name. `person`: nothing here can tell. `why` is a word for
 * the operator, nothing of the object in it.
 */
export type PixelNeed =
  | { readonly do: 'none' }
  | { readonly do: 'segments' }
  | { readonly do: 'look' | 'person'; readonly why: string };

/** What is asked of a profile: its rules for devices. */
type Rules = Pick<Profile, 'pixels'>;

/** Judges by class and header alone. */
export function pixelNeed(evidence: Evidence, profile: Rules): PixelNeed {
  const doubt = unprovable(evidence);
  if (doubt) return { do: 'person', why: doubt };
  if (!evidence.pixels) return { do: 'none' };
  const suspicion = suspicionOf(evidence, profile);
  if (suspicion) return { do: 'look', why: suspicion };
  return { do: evidence.compressed || evidence.excess ? 'segments' : 'none' };
}

/** Why pixels stay in doubt: the need of the header as it is now known, against what was looked at when less of it was. */
export function pixelDoubt(need: PixelNeed, findings: PixelFindings | undefined): string | undefined {
  if (need.do === 'person') return need.why;
  if (need.do === 'look' && !findings?.looked) return need.why;
  return need.do === 'segments' && !findings ? 'pixels that were not looked at' : undefined;
}

/** What no look at pixels could settle. */
function unprovable(evidence: Evidence): string | undefined {
  const { sopClassUID, mediaStorageSOPClassUID } = evidence;
  if (sopClassUID === undefined) return 'no SOP class';
  if (mediaStorageSOPClassUID !== undefined && mediaStorageSOPClassUID !== sopClassUID)
    return 'file meta names another SOP class';
  if (evidence.document) return 'encapsulated document';
  if (evidence.keptOverlay) return 'overlay';
  if (evidence.waveform && !PROVEN_OBJECTS.has(sopClassUID)) return 'waveform in a class that is not proven';
  return undefined;
}

function suspicionOf(evidence: Evidence, { pixels }: Rules): string | undefined {
  const { sopClassUID = '', burnedIn } = evidence;
  if (burnedIn && burnedIn !== 'NO') return 'burned-in annotation';
  if (evidence.overlayBits) return 'overlay in the bits of pixels';
  const modality = PROVEN_IMAGES.get(sopClassUID);
  if (modality === undefined) return 'SOP class not proven';
  const ruled = rulesFor(pixels.devices, whoMade(evidence)).length > 0;
  return imageSuspicion(evidence, modality) ?? (ruled ? 'device rule' : undefined);
}

function imageSuspicion(evidence: Evidence, expected: string): string | undefined {
  const { modality, imageType } = evidence;
  if (expected !== 'any' && modality !== undefined && modality !== expected)
    return 'modality differs from the SOP class';
  if (modality !== undefined && UNPROVEN_MODALITIES.has(modality)) return 'modality not proven';
  if (imageType[1] === 'SECONDARY' || imageType.some((value) => value.includes('SCREEN')))
    return 'image type of a screen or report';
  if (evidence.conversionType !== undefined && evidence.conversionType !== 'SYN') return 'converted image';
  return (evidence.samplesPerPixel ?? 1) > 1 ? 'colour image' : undefined;
}
