import type { Evidence } from './evidence.js';
import { PROVEN_IMAGES, PROVEN_OBJECTS, UNPROVEN_MODALITIES } from './proven-classes.table.js';

/**
 * Why pixels or documents of an object may show a name: a word for the operator, nothing of the object in it; undefined where nothing does.
 * Proof is by class and header alone; an image that only its content could clear is in doubt until pixels are read.
 */
export function pixelDoubt(evidence: Evidence): string | undefined {
  const { sopClassUID, mediaStorageSOPClassUID } = evidence;
  if (sopClassUID === undefined) return 'no SOP class';
  if (mediaStorageSOPClassUID !== undefined && mediaStorageSOPClassUID !== sopClassUID)
    return 'file meta names another SOP class';
  if (evidence.document) return 'encapsulated document';
  if (evidence.overlays) return 'overlay';
  if (evidence.burnedIn && evidence.burnedIn !== 'NO') return 'burned-in annotation';
  const modality = PROVEN_IMAGES.get(sopClassUID);
  if (modality) return imageDoubt(evidence, modality);
  if (!PROVEN_OBJECTS.has(sopClassUID)) return 'SOP class not proven';
  return evidence.pixels ? 'pixels in a class that has none' : undefined;
}

function imageDoubt(evidence: Evidence, expected: string): string | undefined {
  const { modality, imageType } = evidence;
  if (expected !== 'any' && modality !== undefined && modality !== expected)
    return 'modality differs from the SOP class';
  if (modality !== undefined && UNPROVEN_MODALITIES.has(modality)) return 'modality not proven';
  if (imageType[1] === 'SECONDARY' || imageType.some((value) => value.includes('SCREEN')))
    return 'image type of a screen or report';
  if (evidence.conversionType !== undefined && evidence.conversionType !== 'SYN') return 'converted image';
  return (evidence.samplesPerPixel ?? 1) > 1 ? 'colour image' : undefined;
}
