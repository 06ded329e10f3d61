import { sampleUid } from '@sluice/samples';
import type { ExpectedRow } from '../expectation/expectation.ts';
import { baseObject, CT_IMAGE } from './base-object.ts';
import type { CorpusObject } from './corpus.types.ts';
import { plantedIn } from './planted-in.ts';
import { type Item, withElements, writeObject } from './write-object.ts';

/** One person whose studies are months apart, and whose objects refer to each other. */
const PERSON = {
  patient: 'follow-up',
  family: 'Brandhuberin',
  given: 'Walpurga',
  birthDate: '19471123',
} as const;
const VISITS = [
  { study: 'visit-1', date: '20250228', time: '235959.5' },
  { study: 'visit-2', date: '20250901', time: '000001' },
] as const;
type Visit = (typeof VISITS)[number];

const RT_STRUCTURES = '1.2.840.10008.5.1.4.1.1.481.3';
const KEY_OBJECTS = '1.2.840.10008.5.1.4.1.1.88.59';
const WHO = [PERSON.family, PERSON.given, PERSON.family.toUpperCase(), PERSON.birthDate].map((word) =>
  Buffer.from(word),
);

/** Images, structures and key objects of two visits: dates to keep their intervals, UIDs to keep their references. */
export function* followUp(rows: readonly ExpectedRow[]): Generator<CorpusObject> {
  const byTag = new Map(rows.map((row) => [row.tag, row]));
  for (const visit of VISITS) {
    const images = [0, 1].map((number) => `${visit.study}-image-${number}`);
    for (const name of images) yield objectOf(name, image(visit, name), byTag);
    const structures = `${visit.study}-structures`;
    yield objectOf(structures, withElements(common(visit, structures), structuresOf(visit, images)), byTag);
    const keys = `${visit.study}-keys`;
    yield objectOf(keys, withElements(common(visit, keys), keyObjectsOf(visit, images)), byTag);
  }
}

function objectOf(name: string, elements: Item, rows: ReadonlyMap<string, ExpectedRow>): CorpusObject {
  return {
    file: writeObject(elements),
    sheet: {
      ...{ name, group: 'follow-up', patient: PERSON.patient, identifying: WHO, words: [] },
      ...{ planted: plantedIn(elements, rows), valid: true, outcome: 'released' },
    },
  };
}

function common(visit: Visit, object: string): Item {
  const image = baseObject({ patient: PERSON.patient, study: visit.study, object });
  const plain = image.filter(([tag]) => tag >>> 16 < 0x28 && tag !== 0x00080008);
  return withElements(plain, [
    [0x00080012, 'DA', visit.date],
    [0x00080020, 'DA', visit.date],
    [0x00080030, 'TM', visit.time],
    [0x00080050, 'SH', 'ACC7700135'],
    [0x00080070, 'LO', 'Phantom Works'],
    [0x00080090, 'PN', `${PERSON.family}^Kunibert^^Dr`],
    [0x00081030, 'LO', `Follow-up ${PERSON.family}`],
    [0x00100010, 'PN', `${PERSON.family}^${PERSON.given}`],
    [0x00100030, 'DA', PERSON.birthDate],
    [0x00100040, 'CS', 'F'],
    [0x00200010, 'SH', 'V1'],
    [0x00200011, 'IS', '1'],
  ]);
}

function image(visit: Visit, object: string): Item {
  return withElements(common(visit, object), [
    ...baseObject({ patient: PERSON.patient, study: visit.study, object }).filter(
      ([tag]) => tag >>> 16 >= 0x28,
    ),
    [0x00080008, 'CS', 'ORIGINAL\\PRIMARY\\AXIAL'],
    [0x00080022, 'DA', visit.date],
    [0x00080032, 'TM', visit.time],
    [0x0008002a, 'DT', `${visit.date}${visit.time}`],
    [0x00200013, 'IS', '1'],
    [0x00200032, 'DS', '0\\0\\0'],
    [0x00200037, 'DS', '1\\0\\0\\0\\1\\0'],
    [0x00200052, 'UI', frameOf(visit)],
    [0x00201040, 'LO', ''],
    [0x00280030, 'DS', '0.7\\0.7'],
    [0x00281052, 'DS', '-1024'],
    [0x00281053, 'DS', '1'],
    [0x00180050, 'DS', '2.5'],
    [0x00180060, 'DS', '120'],
    [0x00200012, 'IS', '1'],
  ]);
}

function structuresOf(visit: Visit, images: readonly string[]): Item {
  return [
    [0x00080016, 'UI', RT_STRUCTURES],
    [0x00080060, 'CS', 'RTSTRUCT'],
    [0x30060002, 'SH', 'Plan'],
    [0x30060008, 'DA', visit.date],
    [0x30060009, 'TM', visit.time],
    [
      0x30060010,
      'SQ',
      [
        [
          [0x00200052, 'UI', frameOf(visit)],
          [
            0x30060012,
            'SQ',
            [
              [
                [0x00081150, 'UI', CT_IMAGE],
                [0x00081155, 'UI', studyOf(visit)],
                [0x30060014, 'SQ', [seriesItem(visit, images)]],
              ],
            ],
          ],
        ],
      ],
    ],
  ];
}

function seriesItem(visit: Visit, images: readonly string[]): Item {
  return [
    [0x0020000e, 'UI', sampleUid('score', 'series', visit.study)],
    [0x30060016, 'SQ', images.map(referenceTo)],
  ];
}

function keyObjectsOf(visit: Visit, images: readonly string[]): Item {
  const series: Item = [
    [0x0020000e, 'UI', sampleUid('score', 'series', visit.study)],
    [0x00081199, 'SQ', images.map(referenceTo)],
  ];
  const study: Item = [
    [0x0020000d, 'UI', studyOf(visit)],
    [0x00081115, 'SQ', [series]],
  ];
  return [
    [0x00080016, 'UI', KEY_OBJECTS],
    [0x00080060, 'CS', 'KO'],
    [0x00080023, 'DA', visit.date],
    [0x00080033, 'TM', visit.time],
    [0x0040a040, 'CS', 'CONTAINER'],
    [0x0040a050, 'CS', 'SEPARATE'],
    [0x0040a375, 'SQ', [study]],
  ];
}

function referenceTo(object: string): Item {
  return [
    [0x00081150, 'UI', CT_IMAGE],
    [0x00081155, 'UI', sampleUid('score', 'object', object)],
  ];
}

const studyOf = ({ study }: Visit): string => sampleUid('score', 'study', study);
const frameOf = ({ study }: Visit): string => sampleUid('score', 'frame', study);
