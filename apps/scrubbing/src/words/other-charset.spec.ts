import { describe, expect, it } from 'vitest';
import { loadProfile } from '../profile-file/load-profile.js';
import { createProfile } from '../profile/profile.js';
import { OPTIONS } from '../profile/options.js';
import { scrubSample } from '../testing/clean.js';
import type { SampleElement } from '../testing/samples.js';
import { mayBeOtherCharset } from './other-charset.js';

const GBK = Buffer.from('d5c5ceb0', 'hex');
const BIG5 = Buffer.from('b169b0b6', 'hex');
const UTF8 = Buffer.from('张伟');

describe('text that may be of another character set', () => {
  it.each<[string, Buffer, string[]]>([
    ['GBK under Latin 1', GBK, ['ISO_IR 100']],
    ['UTF-8 under Latin 1', UTF8, ['ISO_IR 100']],
    ['GBK under Latin 2 with extensions', GBK, ['ISO 2022 IR 101', 'ISO 2022 IR 58']],
    ['GBK where none is named', GBK, []],
    ['GBK where the first is left out', GBK, ['', 'ISO 2022 IR 58']],
    ['UTF-8 under GBK', UTF8, ['GBK']],
    ['UTF-8 under GB 18030', UTF8, ['GB18030']],
  ])('%s', (_, value, charset) => expect(mayBeOtherCharset(value, charset)).toBe(true));

  it.each<[string, Buffer, string[]]>([
    ['a letter among others under Latin 1', Buffer.from('Großhadern Süd', 'latin1'), ['ISO_IR 100']],
    ['GBK under GBK', GBK, ['GBK']],
    ['UTF-8 under UTF-8', UTF8, ['ISO_IR 192']],
    ['Cyrillic', Buffer.from([0xb8, 0xd2]), ['ISO_IR 144']],
    ['an escape', Buffer.from('\x1b$)A\xd5\xc5', 'latin1'), ['', 'ISO 2022 IR 58']],
    ['ASCII', Buffer.from('Thorax'), []],
  ])('is not %s', (_, value, charset) => expect(mayBeOtherCharset(value, charset)).toBe(false));
});

/** Every option that keeps text as it is, and overrides for the rest. */
const KEEPING = createProfile({
  name: 'keeping',
  options: OPTIONS.filter((one) => !one.startsWith('retain-longitudinal') && one !== 'retain-uids'),
  overrides: [0x00081030, 0x0008103e, 0x00181030, 0x00204000].map((tag) => ({
    ...{ tag, creator: undefined, inside: [], fromRoot: false, action: 'keep' },
  })),
});
const shipped = await Promise.all(['basic', 'research', 'teaching', 'cn'].map(loadProfile));

describe('a Chinese name in bytes of a set that the object does not name', () => {
  const texts = [0x00080080, 0x00081010, 0x00081030, 0x0008103e, 0x00102180, 0x00181000, 0x00181030];
  const planted = (name: Buffer): SampleElement[] =>
    texts.map((tag) => [
      tag,
      tag === 0x00081010 || tag === 0x00102180 ? 'SH' : 'LO',
      Buffer.concat([name, Buffer.from('01')]),
    ]);

  it.each<[string, Buffer, string]>([
    ['GBK in ISO_IR 100', GBK, 'ISO_IR 100'],
    ['GBK in ISO_IR 101', GBK, 'ISO_IR 101'],
    ['GBK in ISO_IR 6', GBK, 'ISO_IR 6'],
    ['GBK in UTF-8', GBK, 'ISO_IR 192'],
    ['GBK after no escape', GBK, 'ISO 2022 IR 6\\ISO 2022 IR 58'],
    ['UTF-8 in GBK', UTF8, 'GBK'],
    ['UTF-8 in ISO_IR 100', UTF8, 'ISO_IR 100'],
    ['Big5 in ISO_IR 100', BIG5, 'ISO_IR 100'],
  ])('%s passes nowhere, in the attributes of the person or without', async (_, name, charset) => {
    const half = name.length / 2;
    const apart = Buffer.concat([name.subarray(0, half), Buffer.from('^'), name.subarray(half)]);
    const persons: SampleElement[][] = [[], [[0x00100010, 'PN', name]], [[0x00100010, 'PN', apart]]];
    for (const profile of [...shipped, KEEPING]) {
      for (const person of persons) {
        const more: SampleElement[] = [[0x00080005, 'CS', charset], ...planted(name), ...person];
        const verdict = await scrubSample(more, profile);
        expect([profile.name, verdict.outcome]).toEqual([profile.name, 'clean']);
        const leaks = verdict.outcome === 'clean' && verdict.stored.includes(name);
        expect([profile.name, leaks]).toEqual([profile.name, false]);
      }
    }
  });
});
