import { type PhantomInstance, phantomStudy, type SampleDataSet, us } from '@sluice/samples';
import { plantedFrame } from '../../ocr/planted-frame.ts';

const PER_STUDY = 50;
/** Words on an ultrasound screen, and their height, px. */
const [WORDS, WORD_PX] = [12, 16];
const SCREEN = { rows: 600, columns: 800 };
let seed = 7_000;

/** Square CT slices of so many pixels a side, 16 bits, 50 to a study, each study another person's; no two calls give the same. */
export function slices(instances: number, side: number): PhantomInstance[] {
  const studies = Array.from({ length: Math.ceil(instances / PER_STUDY) }, () => [
    ...phantomStudy({ seed: (seed += 1), modality: 'CT', instances: PER_STUDY, rows: side, columns: side }),
  ]);
  return studies.flat().slice(0, instances);
}

/** Pictures in which text is looked for: films without any. */
export function films(
  instances: number,
  size: { readonly rows: number; readonly columns: number },
): PhantomInstance[] {
  return [...phantomStudy({ seed: (seed += 1), modality: 'MG', instances, ...size })];
}

/** Ultrasound screens, each with its own speckle and twelve words that devices print. */
export async function screens(instances: number): Promise<PhantomInstance[]> {
  seed += 1;
  const frames: Buffer[] = [];
  for (let at = 0; at < instances; at += 1) {
    const { picture } = await plantedFrame(WORD_PX, WORDS, { script: 'device', seed: seed * 100 + at });
    frames.push(Buffer.from(picture.data));
  }
  const pixels = (number: number): Buffer => frames[number - 1] ?? Buffer.alloc(0);
  return [...phantomStudy({ seed, modality: 'US', instances, ...SCREEN, plant: () => EIGHT_BITS, pixels })];
}

const EIGHT_BITS: SampleDataSet = [
  [0x00080008, 'CS', 'ORIGINAL\\PRIMARY'],
  [0x00280100, 'US', us(8)],
  [0x00280101, 'US', us(8)],
  [0x00280102, 'US', us(7)],
];
