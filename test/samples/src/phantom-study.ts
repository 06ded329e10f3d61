import { fileMeta } from '@sluice/dicom';
import { encodeDataSet, us, type SampleDataSet } from './encode.js';
import { phantomSlice } from './phantom-pixels.js';
import { sampleUid, seededRandom } from './random.js';

/** What kind of study to make. Sizes in pixels; one 16-bit frame per instance. */
export interface PhantomRequest {
  readonly seed: number;
  readonly modality: 'CT' | 'MR' | 'MG' | 'US';
  readonly instances: number;
  readonly rows: number;
  readonly columns: number;
  /** Extra elements for every instance, or replacements: planted identifiers, private blocks. */
  readonly plant?: (instance: number) => SampleDataSet;
  /** Pixel Data of an instance, in the place of the generated slice. */
  readonly pixels?: (instance: number) => Buffer;
}

/** One generated instance: nobody's, but shaped like somebody's. */
export interface PhantomInstance {
  readonly sopClassUID: string;
  readonly sopInstanceUID: string;
  readonly studyInstanceUID: string;
  readonly transferSyntaxUID: string;
  /** Explicit VR little endian, without file meta. */
  readonly dataSet: Buffer;
  /** The whole Part 10 file. */
  readonly part10: Buffer;
}

const EXPLICIT_LE = '1.2.840.10008.1.2.1';
const SOP_CLASSES = {
  CT: '1.2.840.10008.5.1.4.1.1.2',
  MR: '1.2.840.10008.5.1.4.1.1.4',
  MG: '1.2.840.10008.5.1.4.1.1.1.2',
  US: '1.2.840.10008.5.1.4.1.1.6.1',
} as const;
const FAMILY = [
  'Ashdown',
  'Brennick',
  'Corvalle',
  'Dunmarsh',
  'Ellingrove',
  'Fennimore',
  'Garrowby',
  'Holtwick',
];
const GIVEN = ['Alba', 'Bruno', 'Clara', 'Darius', 'Edda', 'Florin', 'Greta', 'Hugo'];

/** Generates a study, one instance at a time; the same request gives the same bytes. */
export function* phantomStudy(request: PhantomRequest): Generator<PhantomInstance> {
  const slice = phantomSlice(request.rows, request.columns, request.seed);
  for (let number = 1; number <= request.instances; number += 1) {
    slice.pixels.writeUInt16LE(number % 4096, 0);
    const planted = request.plant?.(number) ?? [];
    const tags = new Set(planted.map(([tag]) => tag));
    const base = attributes(request, number).filter(([tag]) => !tags.has(tag));
    const pixels = request.pixels?.(number) ?? slice.pixels;
    const dataSet = encodeDataSet([...base, ...planted, [0x7fe00010, 'OW', pixels]]);
    const uids = uidsOf(request, number);
    yield { ...uids, dataSet, part10: Buffer.concat([fileMeta(uids), dataSet]) };
  }
}

function uidsOf(request: PhantomRequest, number: number) {
  return {
    sopClassUID: SOP_CLASSES[request.modality],
    sopInstanceUID: sampleUid('instance', request.modality, request.seed, number),
    studyInstanceUID: sampleUid('study', request.modality, request.seed),
    transferSyntaxUID: EXPLICIT_LE,
  };
}

function attributes(request: PhantomRequest, number: number): SampleDataSet {
  const { modality, seed, rows, columns } = request;
  const uids = uidsOf(request, number);
  return [
    [0x00080005, 'CS', 'ISO_IR 192'],
    [0x00080008, 'CS', 'ORIGINAL\\PRIMARY\\AXIAL'],
    [0x00080016, 'UI', uids.sopClassUID],
    [0x00080018, 'UI', uids.sopInstanceUID],
    [0x00080060, 'CS', modality],
    [0x00080070, 'LO', 'Phantom Works'],
    [0x0020000d, 'UI', uids.studyInstanceUID],
    [0x0020000e, 'UI', sampleUid('series', modality, seed)],
    [0x00200010, 'SH', `S${seed}`],
    [0x00200011, 'IS', '1'],
    [0x00200013, 'IS', String(number)],
    [0x00200032, 'DS', `-180\\-180\\${number * 2.5}`],
    [0x00200037, 'DS', '1\\0\\0\\0\\1\\0'],
    [0x00200052, 'UI', sampleUid('frame', modality, seed)],
    [0x00280002, 'US', us(1)],
    [0x00280004, 'CS', 'MONOCHROME2'],
    [0x00280010, 'US', us(rows)],
    [0x00280011, 'US', us(columns)],
    [0x00280030, 'DS', '0.7\\0.7'],
    [0x00280100, 'US', us(16)],
    [0x00280101, 'US', us(12)],
    [0x00280102, 'US', us(11)],
    [0x00280103, 'US', us(0)],
    [0x00281052, 'DS', '-1024'],
    [0x00281053, 'DS', '1'],
    ...identity(seed),
  ];
}

/** A made-up person, visit and hospital, in the attributes where modalities put them. */
function identity(seed: number): SampleDataSet {
  const random = seededRandom(seed);
  const pick = (names: readonly string[]) => names[Math.floor(random() * names.length)]!;
  const digits = (count: number) => String(Math.floor(random() * 10 ** count)).padStart(count, '0');
  const person = `${pick(FAMILY)}^${pick(GIVEN)}`;
  return [
    [0x00080020, 'DA', '20260314'],
    [0x00080030, 'TM', '101502'],
    [0x00080050, 'SH', `ACC${digits(8)}`],
    [0x00080080, 'LO', 'Quillwater General Hospital'],
    [0x00080090, 'PN', `${pick(FAMILY)}^${pick(GIVEN)}^^Dr`],
    [0x00081030, 'LO', `Follow-up ${person.split('^')[0]}`],
    [
      0x00081140,
      'SQ',
      [
        [
          [0x00081150, 'UI', SOP_CLASSES.CT],
          [0x00081155, 'UI', sampleUid('referenced', seed)],
        ],
      ],
    ],
    [0x00100010, 'PN', person],
    [0x00100020, 'LO', `QW-${digits(7)}`],
    [
      0x00100030,
      'DA',
      `19${50 + Math.floor(random() * 49)}0${1 + Math.floor(random() * 9)}1${Math.floor(random() * 9)}`,
    ],
    [0x00100040, 'CS', random() < 0.5 ? 'F' : 'M'],
    [0x00101040, 'LO', `${digits(2)} Millrace Lane`],
    [0x00090010, 'LO', 'PHANTOM WORKS'],
    [0x00091001, 'LO', person],
    [0x00104000, 'LT', `Seen with ${person.replace('^', ' ')} in clinic.`],
  ];
}
