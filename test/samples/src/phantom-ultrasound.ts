import { type SampleDataSet, fd, ul, us } from './encode.js';
import { type PhantomInstance, phantomStudy } from './phantom-study.js';
import { ultrasoundPixels } from './ultrasound-pixels.js';

/** A generated breast ultrasound picture, and what is true of the one lesion in it. */
export interface UltrasoundPhantom extends PhantomInstance {
  readonly longAxisMm: number;
  readonly shortAxisMm: number;
}

/** The screen, and the picture of tissue on it; the rest is black, as on a scanner's. */
const SCREEN = { columns: 560, rows: 460 };
const REGION = { left: 40, top: 30, width: 480, height: 400 };
const MM_PER_PIXEL = 0.1;
const [CENTIMETRES, TISSUE, TWO_DIMENSIONAL] = [3, 1, 1];

/** A study of single-frame pictures of nobody's breast, sized by their ultrasound region; the same request gives the same bytes. */
export function phantomUltrasound(request: { seed: number; instances: number }): UltrasoundPhantom[] {
  const drawn = Array.from({ length: request.instances }, (_, at) =>
    ultrasoundPixels(REGION, request.seed * 1_000 + at),
  );
  const study = phantomStudy({
    ...{ ...request, ...SCREEN, modality: 'US' },
    plant: () => PICTURE,
    pixels: (number) => onScreen(drawn[number - 1]!.pixels),
  });
  return Array.from(study, (instance, at) => {
    const { longHalf, shortHalf } = drawn[at]!.lesion;
    return {
      ...instance,
      longAxisMm: longHalf * 2 * MM_PER_PIXEL,
      shortAxisMm: shortHalf * 2 * MM_PER_PIXEL,
    };
  });
}

/** What describes the picture: eight bits, no rescaling, one region of tissue (PS3.3 C.8.5.5). */
const PICTURE: SampleDataSet = [
  [0x00080008, 'CS', 'ORIGINAL\\PRIMARY'],
  [0x00180015, 'CS', 'BREAST'],
  [
    0x00186011,
    'SQ',
    [
      [
        [0x00186012, 'US', us(TWO_DIMENSIONAL)],
        [0x00186014, 'US', us(TISSUE)],
        [0x00186016, 'UL', ul(0)],
        [0x00186018, 'UL', ul(REGION.left)],
        [0x0018601a, 'UL', ul(REGION.top)],
        [0x0018601c, 'UL', ul(REGION.left + REGION.width - 1)],
        [0x0018601e, 'UL', ul(REGION.top + REGION.height - 1)],
        [0x00186024, 'US', us(CENTIMETRES)],
        [0x00186026, 'US', us(CENTIMETRES)],
        [0x0018602c, 'FD', fd(MM_PER_PIXEL / 10)],
        [0x0018602e, 'FD', fd(MM_PER_PIXEL / 10)],
      ],
    ],
  ],
  [0x00280100, 'US', us(8)],
  [0x00280101, 'US', us(8)],
  [0x00280102, 'US', us(7)],
  [0x00281052, 'DS', '0'],
];

function onScreen(pixels: Uint8Array): Buffer {
  const screen = Buffer.alloc(SCREEN.columns * SCREEN.rows);
  for (let row = 0; row < REGION.height; row += 1) {
    const line = pixels.subarray(row * REGION.width, (row + 1) * REGION.width);
    screen.set(line, (REGION.top + row) * SCREEN.columns + REGION.left);
  }
  return screen;
}
