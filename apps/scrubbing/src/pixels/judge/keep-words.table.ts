/**
 * What devices write on images beside the person: it stays where it is read. Words of anatomy, findings and views stand in
 * `words/clinical-words.table.ts`. Separated by spaces. To let one pass, add it here; never a name, a place, a month, a title.
 */

/** Laterality, views and positions. */
const VIEWS =
  'L R LT RT LEFT RIGHT AP PA LAT LL RL LR AX COR SAG CC MLO ML LM XCCL XCCM LMO SIO ISO FB TAN ' +
  'RCC LCC RMLO LMLO RML LML A P H F S I AR AL PR PL LA LP RA RP HF FH HL HR FL FR ERECT UPRIGHT SUPINE PRONE SEMI SITTING STANDING ' +
  'PORTABLE MOBILE DECUB DECUBITUS OBL LPO RPO LAO RAO CRAN CAUD TRANS TRV SAGITTAL CORONAL AXIAL LONG SAX LAX PLAX PSAX A4C A2C';

/** Quantities that a device prints with a number: indices, exposure, ultrasound settings, magnetic resonance, windows. */
const QUANTITIES =
  'MI TI TIS TIB TIC AO KV KVP MA MAS MGY UGY DAP EI DI SID SOD OID DLP CTDI CTDIVOL GAIN GN DYN DR FR FPS DEPTH DEP FREQ FRQ HZ KHZ MHZ ' +
  'PRF PWR POWER PERS PERSIST WF THI HARM RES GEN HGEN PEN RATE FOCUS TGC DB CM MM CMS SEC MS ANGLE SV SCALE ZOOM MAG MAP FRAME FRM ' +
  'IM IMG IMAGE SE SER SERIES SL SLICE THK FOV TR TE FA ET NEX NSA WW WL W C WIDTH LEVEL CENTER TILT GANTRY PITCH LOC POS DIST AREA VOL ' +
  'VEL PGR MAX MIN MEAN AVG SD HU ROI BPM HR DICOM PAGE';

/** Modes and techniques. */
const TECHNIQUES =
  '2D 3D 4D MM BMODE MMODE CFM CDI CPA PW CW TDI CINE FREEZE LIVE DUAL COLOR COLOUR DOPPLER HARMONIC COMPOUND SRI XRES ADV ADVANCED LOW ' +
  'MED HIGH OPT STD DEFAULT NATIVE CONTRAST CE PLAIN ARTERIAL VENOUS DELAYED PHASE MIP MPR VRT LOSSY LOSSLESS CR DX DR CT MR US XA MG NM PT ' +
  'ABD OB GYN VASC CARD MSK THYROID BREAST RENAL AORTA TRANSRECTAL ENDOVAG EGD ERCP EUS';

/** Quantities: the number after one of them may have four digits. */
export const QUANTITY_WORDS: ReadonlySet<string> = new Set(QUANTITIES.split(/\s+/));

/** Everything that a device may say of an image, upper case. */
export const KEEP_WORDS: ReadonlySet<string> = new Set(`${VIEWS} ${QUANTITIES} ${TECHNIQUES}`.split(/\s+/));
