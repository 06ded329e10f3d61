/** Root of the storage SOP classes below (PS3.4 B.5). */
const ROOT = '1.2.840.10008.5.1.4.1.1.';

/**
 * Images that a scanner computes and on which nobody writes, with the one modality that each may have.
 * Every other image class (SC, US, XA, RF, MG, CR, DX, VL, OT, ophthalmic, enhanced colour ...) may show a name.
 */
const IMAGES = {
  CT: '2 2.1 2.2',
  MR: '4 4.1 4.4',
  PT: '128 128.1 130',
  NM: '20',
  RTDOSE: '481.2',
  SEG: '66.4 66.7',
} as const;

/** Classes with or without pixels whose modality varies: parametric maps. */
const MIXED = '30';

/** Objects without pixels whose text and codes are cleaned like any other: no encapsulated document, no audio, no raw data. */
const NO_PIXELS =
  // spectroscopy, surface segmentation, tractography, registrations, fiducials, real world values, annotations
  '4.2 66.1 66.2 66.3 66.5 66.6 67 91.1 ' +
  // radiotherapy structures, plans and records
  '481.3 481.4 481.5 481.6 481.7 481.8 481.9 ' +
  // presentation states
  '11.1 11.2 11.3 11.4 11.5 11.6 11.7 11.8 11.9 11.10 11.11 11.12 ' +
  // structured reports and key object selections
  '88.11 88.22 88.33 88.34 88.40 88.50 88.59 88.65 88.67 88.68 88.69 88.70 88.71 88.72 88.73 88.74 88.75 88.76 ' +
  // waveforms
  '9.1.1 9.1.2 9.1.3 9.1.4 9.2.1 9.3.1 9.5.1 9.6.1 9.6.2 9.7.1 9.7.2 9.7.3 9.7.4 9.8.1';

/** Modality by SOP Class UID, for image classes that are proven to show no text; `any` where the class leaves it open. */
export const PROVEN_IMAGES: ReadonlyMap<string, string> = new Map([
  ...Object.entries(IMAGES).flatMap(([modality, classes]) =>
    classes.split(' ').map((suffix) => [ROOT + suffix, modality] as const),
  ),
  [ROOT + MIXED, 'any'] as const,
]);

/** SOP Class UIDs of objects that have no pixels to look at. */
export const PROVEN_OBJECTS: ReadonlySet<string> = new Set(
  NO_PIXELS.split(' ').map((suffix) => ROOT + suffix),
);

/** Modalities whose images may show a name, whatever class carries them. */
export const UNPROVEN_MODALITIES: ReadonlySet<string> = new Set(
  'CR DG DX ES GM IO IVOCT IVUS MG OCT OP OPM OPT OT PX RF RG RTIMAGE SC SM US XA XC'.split(' '),
);
