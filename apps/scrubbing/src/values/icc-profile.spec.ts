import { describe, expect, it } from 'vitest';
import { cleanIccProfile } from './icc-profile.js';

const NAME = 'ASHDOWN^CLARA';

interface Tag {
  readonly name: string;
  readonly data: Buffer;
}

const numbers = (type: string, bytes: number): Buffer =>
  Buffer.concat([Buffer.from(`${type}\0\0\0\0`, 'latin1'), Buffer.alloc(bytes, 7)]);
const gamma: Tag = { name: 'kTRC', data: Buffer.from('637572760000000000000001' + '0233', 'hex') };
const white: Tag = { name: 'wtpt', data: numbers('XYZ ', 12) };
const words: Tag = { name: 'cprt', data: Buffer.from(`text\0\0\0\0${NAME}\0`, 'latin1') };

/** A grey profile with these tags, made by somebody on some day. */
function profileOf(tags: readonly Tag[], version = 2): Buffer {
  const header = Buffer.alloc(128);
  header.write('made', 4, 'latin1');
  header[8] = version;
  header.write('mntrGRAYXYZ ', 12, 'latin1');
  Buffer.from('07ea0003001100090012000c', 'hex').copy(header, 24);
  header.write('acsp', 36, 'latin1');
  header.write('ANNAKURZ', 48, 'latin1');
  const table = Buffer.alloc(4 + 12 * tags.length);
  table.writeUInt32BE(tags.length);
  let start = 128 + table.length;
  for (const [at, { name, data }] of tags.entries()) {
    table.write(name, 4 + 12 * at, 'latin1');
    table.writeUInt32BE(start, 8 + 12 * at);
    table.writeUInt32BE(data.length, 12 + 12 * at);
    start += data.length;
  }
  const profile = Buffer.concat([header, table, ...tags.map(({ data }) => data)]);
  profile.writeUInt32BE(profile.length);
  return profile;
}

/** Its tags by name. */
function tagsOf(profile: Buffer): Map<string, Buffer> {
  return new Map(
    Array.from({ length: profile.readUInt32BE(128) }, (_, index) => {
      const at = 132 + 12 * index;
      const start = profile.readUInt32BE(at + 4);
      return [
        profile.toString('latin1', at, at + 4),
        profile.subarray(start, start + profile.readUInt32BE(at + 8)),
      ];
    }),
  );
}

describe('a colour profile', () => {
  it.each([2, 4])('keeps its numbers, and nothing of who made it: version %i', (version) => {
    const cleaned = cleanIccProfile(profileOf([words, white, gamma], version)) as Buffer;
    expect(cleaned.readUInt32BE(0)).toBe(cleaned.length);
    expect(cleaned.toString('latin1', 12, 24)).toBe('mntrGRAYXYZ ');
    const tags = tagsOf(cleaned);
    expect([...tags.keys()]).toEqual(['desc', 'cprt', 'wtpt', 'kTRC']);
    expect([tags.get('wtpt'), tags.get('kTRC')]).toEqual([white.data, gamma.data]);
    expect(tags.get('cprt')?.toString('latin1', 0, 4)).toBe(version === 2 ? 'text' : 'mluc');
    for (const gone of [NAME, 'made', 'ANNA']) expect(cleaned.includes(gone)).toBe(false);
    expect(cleaned.includes(Buffer.from('07ea0003', 'hex'))).toBe(false);
  });

  it('comes out as it went in the second time', () => {
    const cleaned = cleanIccProfile(profileOf([white, gamma])) as Buffer;
    expect(cleanIccProfile(cleaned)).toEqual(cleaned);
  });

  it('keeps no tag that is longer than its numbers, or of an unknown kind', () => {
    const longer = { ...white, data: Buffer.concat([white.data, Buffer.from(NAME)]) };
    expect(cleanIccProfile(profileOf([longer, gamma]))).toBeUndefined();
    const strange = { name: 'note', data: Buffer.from(`text\0\0\0\0${NAME}`, 'latin1') };
    const cleaned = cleanIccProfile(profileOf([white, gamma, strange])) as Buffer;
    expect(tagsOf(cleaned).has('note')).toBe(false);
  });

  it.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from(NAME.repeat(40))],
    ['a profile that is cut off', profileOf([white, gamma]).subarray(0, 140)],
    ['one without numbers', profileOf([words])],
    ['one with too many tags', profileOf(Array.from({ length: 101 }, () => white))],
    [
      'a table without an end',
      profileOf([white, { name: 'kTRC', data: Buffer.from('6375727600000000ffffffff', 'hex') }]),
    ],
    [
      'a grid beyond all measure',
      profileOf([white, { name: 'A2B0', data: Buffer.from('6d66743200000000ffffff00', 'hex') }]),
    ],
  ])('is not made of %s', (_, bytes) => {
    expect(cleanIccProfile(bytes)).toBeUndefined();
  });
});
