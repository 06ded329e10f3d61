import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanValues, withOptions } from '../testing/clean.js';
import { EXPLICIT_LE, SAMPLE_UID, type SampleElement, sampleReplacements, us } from '../testing/samples.js';
import { BASIC } from './profile.js';
import { SAFE_PRIVATE } from './safe-private.table.js';

const STANDARD = join(import.meta.dirname, '../../../../../shared/standard/ps3.15-e3.10-1-safe-private.tsv');
const there = existsSync(STANDARD);
if (!there) process.stderr.write('../shared/standard is not there: Table E.3.10-1 was not compared\n');

const SAFE = withOptions('retain-safe-private');
const PHILIPS = 'Philips Imaging DD 001';
const double = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
};

describe('Table E.3.10-1', () => {
  it.skipIf(!there)('equals the standard row by row', () => {
    const rows = readFileSync(STANDARD, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('('))
      .map((line) => line.split('\t'))
      .map(([tag = '', creator, vr]) =>
        `${creator} ${tag.slice(1, 5)}${tag.slice(8, 10)}${vr}`.toUpperCase(),
      );
    const ours = Object.entries(SAFE_PRIVATE).flatMap(([creator, elements]) =>
      elements.split(' ').map((element) => `${creator} ${element.replace('|', '/')}`.toUpperCase()),
    );
    expect(ours).toHaveLength(479);
    expect([...ours].sort()).toEqual([...rows].sort());
  });
});

describe('a private element', () => {
  const block: SampleElement[] = [
    [0x20010010, 'LO', 'SOMEBODY ELSE'],
    [0x20010011, 'LO', PHILIPS],
    [0x20011003, 'FL', double(5)],
    [0x20011103, 'FL', double(7)],
    [0x200111f0, 'LO', 'Musterfrau'],
    [0x20030011, 'LO', PHILIPS],
  ];

  it('stays where its creator and number are safe, in the block that it has', async () => {
    const values = await cleanValues(block, SAFE);
    const privates = [...values].filter(
      ([path]) => /^20/.test(path) && Number.parseInt(path[3]!, 16) % 2 === 1,
    );
    expect(privates).toEqual([
      ['20010011', PHILIPS],
      ['20011103', double(7).toString('latin1').replace(/\0+$/, '')],
    ]);
  });

  it('goes without the option', async () => {
    const values = await cleanValues(block, BASIC);
    expect([...values.keys()].filter((path) => path.startsWith('2001'))).toEqual([]);
  });

  it('goes where its VR is not the table’s, or no creator reserves its block', async () => {
    const values = await cleanValues(
      [
        [0x20010010, 'LO', PHILIPS],
        [0x20011003, 'LO', 'Musterfrau'],
        [0x20011203, 'FL', double(7)],
      ],
      SAFE,
    );
    expect([...values.keys()].filter((path) => path.startsWith('20011'))).toEqual([]);
  });

  it('is read by the table’s VR in implicit VR, where text in a number does not pass', async () => {
    const more = (value: string): SampleElement[] => [
      [0x20010010, 'LO', PHILIPS],
      [0x20011020, 'LO', 'IMPLICIT'],
      [0x2001100a, 'IS', value],
    ];
    const implicit = '1.2.840.10008.1.2';
    expect((await cleanValues(more('12'), SAFE, implicit)).get('2001100a')).toBe('12');
    expect((await cleanValues(more('Erika'), SAFE, implicit)).has('2001100a')).toBe(false);
  });

  it('of text goes where a name of the object stands in it', async () => {
    const more = (text: string): SampleElement[] => [
      [0x20010010, 'LO', PHILIPS],
      [0x2001100b, 'CS', text],
    ];
    expect((await cleanValues(more('TRANSVERSAL'), SAFE)).get('2001100b')).toBe('TRANSVERSAL');
    expect((await cleanValues(more('MUSTERFRAU'), SAFE)).has('2001100b')).toBe(false);
  });

  it('of text is read in the character set of the object, in implicit VR too, and what that does not explain goes', async () => {
    const more = (charset: string, text: string): SampleElement[] => [
      [0x00080005, 'CS', charset],
      [0x00100010, 'PN', Buffer.from('Zhang^San=张^三', 'utf8')],
      [0x20010010, 'LO', PHILIPS],
      [0x20011050, 'LO', Buffer.from(text, 'utf8')],
    ];
    for (const syntax of ['1.2.840.10008.1.2', EXPLICIT_LE]) {
      const kept = async (charset: string, text: string) =>
        Buffer.from(
          (await cleanValues(more(charset, text), SAFE, syntax)).get('20011050') ?? '',
          'latin1',
        ).toString();
      expect(await kept('ISO_IR 192', '序列平扫')).toBe('序列平扫');
      expect(await kept('ISO_IR 192', '序列张三平扫')).toBe('序列平扫');
      expect(await kept('ISO_IR 6', '序列张三序列')).toBe('');
    }
  });

  it('goes with its creator where that is the name of the person', async () => {
    const values = await cleanValues([...block, [0x00080090, 'PN', 'Philips^Ada']], SAFE);
    expect([...values.keys()].filter((path) => path.startsWith('2001'))).toEqual([]);
  });

  it('of VR UI goes through the map, and a sequence is judged inside by the rules of its own items', async () => {
    const [creator, sequence] = sequenceOf();
    const values = await cleanValues(
      [
        [(sequence & 0xffff0000) | 0x10, 'LO', creator],
        [
          ((sequence & 0xffff0000) | 0x1000 | (sequence & 0xff)) >>> 0,
          'SQ',
          [
            [
              [0x00080018, 'UI', `${SAMPLE_UID}8`],
              [0x00100010, 'PN', 'Musterfrau'],
              [0x00280010, 'US', us(3)],
              [0x20010010, 'LO', 'SOMEBODY ELSE'],
              [0x20011003, 'FL', double(5)],
            ],
          ],
        ],
      ],
      SAFE,
    );
    const at = [...values.keys()].find((path) => path.endsWith('/00100010'));
    expect(values.get(at ?? '')).toBe('PSEUDONYMA234567');
    expect([...values.values()]).toContain(sampleReplacements.newUid(`${SAMPLE_UID}8`));
    expect([...values.keys()].filter((path) => path.includes('/2001'))).toEqual([]);
  });
});

/** Some safe private sequence of the table. */
function sequenceOf(): [creator: string, tag: number] {
  for (const [creator, elements] of Object.entries(SAFE_PRIVATE)) {
    const found = elements.split(' ').find((element) => element.endsWith('SQ'));
    if (found)
      return [
        creator,
        (Number.parseInt(found.slice(0, 4), 16) * 0x10000 + Number.parseInt(found.slice(4, 6), 16)) >>> 0,
      ];
  }
  throw new Error('the table has no sequence');
}
