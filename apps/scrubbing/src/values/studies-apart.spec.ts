import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadProfile } from '../profile-file/load-profile.js';
import { dayOffsetOf } from '../pseudonym.js';
import { scrubObject } from '../scrub-object.js';
import { cleanValues, valuesByPath } from '../testing/clean.js';
import {
  bytesOf,
  type SampleElement,
  sampleElements,
  samplePart10,
  sampleReplacements,
  sourceOf,
} from '../testing/samples.js';
import { cappedAge } from './ages.js';

const research = await loadProfile('research');
const STUDY_DATE = 0x00080020;
const STUDY_TIME = 0x00080030;
const ACQUISITION_DATE_TIME = 0x0008002a;
const ZONE = 0x00080201;
const ZONES = ['', '+0000', '+0100', '+0200', '-0330', '+0545', '+1400', '-1200'];

/** A moment as each VR writes it, with microseconds; the zone is a text of its own. */
function written(seconds: number, micro: string): { date: string; time: string } {
  const iso = new Date(seconds * 1000).toISOString();
  return {
    date: iso.slice(0, 10).replaceAll('-', ''),
    time: `${iso.slice(11, 19).replaceAll(':', '')}.${micro}`,
  };
}
/** Seconds of a clock that knows no summer time: what the digits say. */
function read(text: string): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(text)?.map(Number) ?? [];
  return Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second) / 1000;
}

async function cleanedAt(
  elements: readonly SampleElement[],
  dayOffset: number,
): Promise<Map<string, string>> {
  const source = sourceOf(samplePart10(sampleElements(elements)));
  const replacements = { ...sampleReplacements, dayOffset };
  const verdict = await scrubObject({ source, replacements, profile: research }, bytesOf);
  if (verdict.outcome !== 'clean') throw new Error(`${verdict.code} ${verdict.detail}`);
  return valuesByPath(verdict.stored);
}

describe('two studies of one person, sent months apart', () => {
  const second = fc.integer({ min: Date.UTC(1905, 0, 1) / 1000, max: Date.UTC(2098, 0, 1) / 1000 });
  const micro = fc.integer({ min: 0, max: 999_999 }).map((one) => String(one).padStart(6, '0'));
  const zone = fc.constantFrom(...ZONES);
  const secret = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));

  it('keep every interval to the microsecond, across DA with TM, DT and zones, at every depth', async () => {
    await fc.assert(
      fc.asyncProperty(second, second, micro, zone, secret, async (from, to, fraction, offset, key) => {
        const days = dayOffsetOf(key);
        const [first, later] = [written(from, fraction), written(to, fraction)];
        const one = await cleanedAt(
          [
            [STUDY_DATE, 'DA', first.date],
            [STUDY_TIME, 'TM', first.time],
          ],
          days,
        );
        const dateTime = later.date + later.time + offset;
        const two = await cleanedAt(
          [
            [ACQUISITION_DATE_TIME, 'DT', dateTime],
            ...(offset === '' ? [] : [[ZONE, 'SH', offset] as const]),
            [0x52009229, 'SQ', [[[0x00209111, 'SQ', [[[0x00189074, 'DT', dateTime]]]]]]],
          ],
          days,
        );
        const moved = two.get('0008002a') ?? '';
        // A placeholder is no moment: it goes, whoever else has it.
        fc.pre((one.get('00080020') ?? '') !== '' && moved !== '' && !moved.startsWith('19000101'));
        const start = (one.get('00080020') ?? '') + (one.get('00080030') ?? '');
        expect(read(moved) - read(start)).toBe(to - from);
        expect(read(start) - from).toBe(days * 86_400);
        expect([start, moved].map((text) => text.slice(14))).toEqual([
          `.${fraction}`,
          `.${fraction}${offset}`,
        ]);
        expect(two.get('52009229/00209111/00189074')).toBe(moved);
        expect(two.get('00080201') ?? '').toBe(offset);
      }),
      { numRuns: 60 },
    );
  });

  it('across a change to summer time too: a day is moved, no hour', async () => {
    const moments = ['20240331015959', '20240331030000', '20241027025959', '20241027030000'];
    for (const at of moments) {
      const values = await cleanedAt([[ACQUISITION_DATE_TIME, 'DT', `${at}+0100`]], -1);
      expect(values.get('0008002a')).toBe(`${String(Number(at.slice(0, 8)) - 1)}${at.slice(8)}+0100`);
    }
  });
});

describe('an age', () => {
  const DAYS = { D: 1, W: 7, M: 30.4375, Y: 365.25 } as const;
  const age = fc.record({
    count: fc.integer({ min: 0, max: 999 }),
    unit: fc.constantFrom('D', 'W', 'M', 'Y'),
  });

  it('above 89 years is told as 090Y in whatever unit, any other as it was', () => {
    fc.assert(
      fc.property(age, ({ count, unit }) => {
        const text = `${String(count).padStart(3, '0')}${unit}`;
        const years = (count * DAYS[unit as keyof typeof DAYS]) / 365.25;
        expect(cappedAge(text)).toBe(years >= 90 ? '090Y' : text);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['097Y', '090Y'],
    ['090Y', '090Y'],
    ['089Y', '089Y'],
    ['999M', '999M'],
    ['104Y', '090Y'],
  ])('of a patient, %s: %s, and nothing tells the birth date', async (before, after) => {
    const values = await cleanValues(
      [
        [0x00101010, 'AS', before],
        [0x00100030, 'DA', '19270418'],
        [0x00100032, 'TM', '0415'],
        [0x00100033, 'LO', '19270418'],
        [0x0008103e, 'LO', 'Thorax 97 y, born 1927, aged 97'],
        [0x00104000, 'LT', 'age: 97'],
      ],
      research,
    );
    expect(values.get('00101010')).toBe(after);
    expect([...values.values()].filter((value) => /1927|\b97\b|0415/.test(value))).toEqual([]);
  });
});
