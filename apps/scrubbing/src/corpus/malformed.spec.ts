import { syntaxOf } from '@sluice/dicom';
import { describe, expect, it } from 'vitest';
import { loadProfile, SHIPPED_PROFILES } from '../profile-file/load-profile.js';
import { createProfile, type Profile } from '../profile/profile.js';
import { OPTIONS } from '../profile/options.js';
import { type ScrubVerdict, scrubObject } from '../scrub-object.js';
import { scrubSample, valuesByPath, withOptions } from '../testing/clean.js';
import {
  bytesOf,
  sourceOf,
  SAMPLE_UID,
  type SampleElement,
  sampleElements,
  samplePart10,
  sampleReplacements,
} from '../testing/samples.js';

const PLANTED = [
  'Musterfrau',
  'Erika',
  'MUSTERFRAU',
  '881234',
  '19630418',
  'Nirgends',
  'Weiss',
  'ACC4711',
  SAMPLE_UID,
];
const profiles: Profile[] = [
  ...(await Promise.all(SHIPPED_PROFILES.map(loadProfile))),
  createProfile({
    name: 'everything',
    options: OPTIONS.filter(
      (option) =>
        !['retain-uids', 'retain-institution-identity', 'retain-longitudinal-full-dates'].includes(option),
    ),
  }),
];

const scrub = (file: Buffer, profile: Profile): Promise<ScrubVerdict<Buffer>> =>
  scrubObject({ source: sourceOf(file, 4096), replacements: sampleReplacements, profile }, bytesOf);

/** Nothing planted stands in a file that says that identity was removed. */
async function expectSafe(file: Buffer, what: string): Promise<'clean' | 'quarantined'> {
  let outcome: 'clean' | 'quarantined' = 'quarantined';
  for (const profile of profiles) {
    const verdict = await scrub(file, profile);
    if (verdict.outcome === 'quarantined') continue;
    outcome = 'clean';
    const found = PLANTED.filter((word) => verdict.stored.includes(word));
    if (found.length > 0) expect([profile.name, what, found]).toEqual([profile.name, what, []]);
  }
  return outcome;
}

/** Where each element of depth 0 begins, explicit little endian. */
function elementsAt(file: Buffer): { start: number; long: boolean; length: number }[] {
  const found = [];
  let at = 144 + file.readUInt32LE(140);
  while (at + 8 <= file.length) {
    const long = /^(?:O[BDFLVW]|S[QV]|U[CNRTV])$/.test(file.toString('latin1', at + 4, at + 6));
    const length = long ? file.readUInt32LE(at + 8) : file.readUInt16LE(at + 6);
    found.push({ start: at, long, length });
    at += (long ? 12 : 8) + length;
  }
  return found;
}

const ground = samplePart10(
  sampleElements([
    [
      0x00081032,
      'SQ',
      [
        [
          [0x00080100, 'SH', 'ERIKA1'],
          [0x00080104, 'LO', 'Musterfrau'],
        ],
      ],
    ],
    [0x00101010, 'AS', '061Y'],
    [0x00101020, 'DS', '1.70'],
    [0x00101030, 'DS', '61'],
    [0x001021c0, 'US', Buffer.from([4, 0])],
    [0x00104000, 'LT', 'Erika Musterfrau, 19630418'],
    [0x00181000, 'LO', 'SN 77'],
    [0x00181063, 'DS', '1'],
    [0x00189004, 'CS', 'RESEARCH'],
    [0x00204000, 'LT', 'knee of Erika'],
    [0x00280030, 'DS', '1\\1'],
    [0x00280101, 'US', Buffer.from([12, 0])],
    [0x00281050, 'DS', '40'],
    [0x00400244, 'DA', '20241231'],
  ]),
);

describe('lengths that lie', () => {
  const elements = elementsAt(ground);

  it('of each element, by a little, to its neighbours and beyond, lose no planted value', async () => {
    expect(elements.length).toBeGreaterThan(35);
    let clean = 0;
    for (const [at, { start, long, length }] of elements.entries()) {
      const next = elements.slice(at + 1, at + 4);
      const swallow = next.map(
        (one) => one.start + (one.long ? 12 : 8) + one.length - start - (long ? 12 : 8),
      );
      for (const lie of [
        0,
        1,
        length - 1,
        length - 2,
        length + 1,
        length + 2,
        length + 8,
        ...swallow,
        0xfffe,
      ]) {
        if (lie < 0 || lie === length || (!long && lie > 0xffff)) continue;
        const file = Buffer.from(ground);
        if (long) file.writeUInt32LE(lie, start + 8);
        else file.writeUInt16LE(lie, start + 6);
        if ((await expectSafe(file, `element ${at}: ${length} says ${lie}`)) === 'clean') clean += 1;
      }
    }
    expect(clean).toBeGreaterThan(20);
  }, 60_000);

  it('and VRs that lie, known and unknown, lose none either', async () => {
    for (const [at, { start, long }] of elements.entries()) {
      for (const vr of [
        'UN',
        'OB',
        'OW',
        'SQ',
        'UT',
        'LO',
        'LT',
        'US',
        'FD',
        'UL',
        'DS',
        'DA',
        'UI',
        'AT',
        'ZZ',
        '  ',
        '\0\0',
      ]) {
        if (/^(?:UN|O[BW]|SQ|UT)$/.test(vr) !== long) continue;
        const file = Buffer.from(ground);
        file.write(vr, start + 4, 'latin1');
        await expectSafe(file, `element ${at} as ${vr}`);
      }
    }
  }, 60_000);

  it('and tags that lie lose none: each element under the tag of another', async () => {
    for (const [at, { start }] of elements.entries()) {
      for (const other of elements) {
        const file = Buffer.from(ground);
        ground.copy(file, start, other.start, other.start + 4);
        await expectSafe(file, `element ${at}`);
      }
    }
  }, 60_000);

  it('in implicit VR too', async () => {
    const file = samplePart10(sampleElements(), '1.2.840.10008.1.2');
    expect(syntaxOf('1.2.840.10008.1.2').explicit).toBe(false);
    let at = 144 + file.readUInt32LE(140);
    while (at + 8 <= file.length) {
      const length = file.readUInt32LE(at + 4);
      for (const lie of [0, 2, length - 2, length + 2, length + 8, length + 24, 0xfffffffe]) {
        if (lie < 0 || lie === length) continue;
        const changed = Buffer.from(file);
        changed.writeUInt32LE(lie, at + 4);
        await expectSafe(changed, `at ${at}: ${length} says ${lie}`);
      }
      at += 8 + length;
    }
  }, 60_000);

  it('of a file that is cut anywhere lose none', async () => {
    for (let end = 200; end < ground.length; end += 7)
      await expectSafe(ground.subarray(0, end), `cut at ${end}`);
  }, 60_000);
});

describe('a binary number that swallowed its neighbour', () => {
  it('does not stay: it has more values than its attribute', async () => {
    const swallowed: SampleElement = [
      0x00280103,
      'US',
      Buffer.from('\0\0\x10\0\x10\0PN\x06\0ERIKA ', 'latin1'),
    ];
    const verdict = await scrubSample([swallowed], withOptions());
    if (verdict.outcome === 'clean') expect(verdict.stored.includes('ERIKA')).toBe(false);
    expect(verdict.outcome).toBe('clean');
  });
});

describe('text in a character set that the object does not name', () => {
  it.each<[string, Buffer]>([
    ['GBK in ISO_IR 100', Buffer.from([0xd5, 0xc5, 0xce, 0xb0, 0x20, 0x4b, 0x6e, 0x65, 0x65])],
    ['UTF-8 in ISO_IR 100', Buffer.from('张伟 Knee')],
    ['ISO 2022 escapes that nothing announces', Buffer.from('\x1b$)A\x0eUEN0\x0f Knee', 'latin1')],
  ])('%s keeps no byte of it', async (_, name) => {
    const text = Buffer.concat([Buffer.from('CT '), name, Buffer.from(' ')]);
    const profile = await loadProfile('cn');
    const verdict = await scrubSample(
      [
        [0x0008103e, 'LO', text],
        [0x00100010, 'PN', name],
      ],
      profile,
    );
    if (verdict.outcome !== 'clean') throw new Error(verdict.code);
    const high = [...(await valuesByPath(verdict.stored))].filter(([, value]) =>
      /[^\x00-\x7f]|UEN0/.test(value),
    );
    expect(high).toEqual([]);
  });
});

describe('values of more than 64 characters, and many of them', () => {
  it('keep no name', async () => {
    const long = Array.from({ length: 40 }, (_, at) => `Thorax ${'Musterfrau '.repeat(at)}`).join('\\');
    const file = samplePart10(
      sampleElements([
        [0x00081080, 'LO', long],
        [0x00081030, 'LO', long],
        [0x00102110, 'LO', long],
        [0x00181000, 'LO', long],
      ]),
    );
    expect(await expectSafe(file, 'long LO')).toBe('clean');
  });
});

describe('sequences that cannot be read', () => {
  it.each<[string, Buffer]>([
    ['text for items', Buffer.from('Erika Musterfrau')],
    [
      'an item longer than the sequence',
      Buffer.from('feff00e0ff000000' + Buffer.from('Erika1').toString('hex'), 'hex'),
    ],
    ['an item cut in an element', Buffer.from('feff00e00a00000010001000504e0800457269', 'hex')],
    ['a delimiter in a defined length', Buffer.from('fffedde000000000', 'hex')],
  ])('%s', async (_, value) => {
    for (const [vr, tag] of [
      ['SQ', 0x00081032],
      ['UN', 0x00081032],
      ['UN', 0x00091001],
    ] as const)
      await expectSafe(samplePart10(sampleElements([[tag, vr, value]])), `${vr} ${tag}`);
  });
});

describe('what hides elsewhere', () => {
  it('waveform annotations, icons and documents lose their text or are held', async () => {
    const annotations: SampleElement[] = [
      [
        0x0040b020,
        'SQ',
        [
          [
            [0x0040a0b0, 'US', Buffer.from([1, 0])],
            [0x00700006, 'ST', 'Erika Musterfrau'],
          ],
        ],
      ],
      [
        0x00880200,
        'SQ',
        [
          [
            [0x00280010, 'US', Buffer.from([1, 0])],
            [0x7fe00010, 'OB', Buffer.from('Musterfrau')],
          ],
        ],
      ],
    ];
    expect(await expectSafe(samplePart10(sampleElements(annotations)), 'annotations')).toBe('clean');
    const pdf: SampleElement[] = [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.104.1'],
      [0x00420010, 'ST', 'Musterfrau'],
      [0x00420011, 'OB', Buffer.from('%PDF-1.7 Musterfrau ')],
    ];
    expect(await expectSafe(samplePart10(sampleElements(pdf)), 'pdf')).toBe('quarantined');
  });

  it('a DICOMDIR is held: it is an index of persons, not an object of one', async () => {
    const directory = samplePart10([
      [0x00041130, 'CS', 'MUSTERFRAU'],
      [
        0x00041220,
        'SQ',
        [
          [
            [0x00041430, 'CS', 'PATIENT'],
            [0x00100010, 'PN', 'Musterfrau^Erika'],
          ],
        ],
      ],
    ]);
    expect(await expectSafe(directory, 'directory')).toBe('quarantined');
  });

  it('an overlay in a private or high group, and text behind the pixels', async () => {
    const more: SampleElement[] = [
      [0x60021500, 'LO', 'Musterfrau'],
      [0x7fe10010, 'LO', 'MUSTERFRAU'],
      [0x7fe11001, 'UN', Buffer.from('Musterfrau')],
      [0xfffcfffc, 'OB', Buffer.from('Musterfrau')],
    ];
    expect(await expectSafe(samplePart10(sampleElements(more)), 'behind')).toBe('clean');
  });
});

it('the ground of these tests is clean itself', async () => {
  expect(await expectSafe(ground, 'ground')).toBe('clean');
});
