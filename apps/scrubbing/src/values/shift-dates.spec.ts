import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanValues, withOptions } from '../testing/clean.js';
import type { SampleElement } from '../testing/samples.js';
import { isTimeZone, shiftDates } from './shift-dates.js';

describe('a date that moves', () => {
  it.each([
    ['DA', '20240301', -1, '20240229'],
    ['DA', '20230301', -1, '20230228'],
    ['DA', '2024.01.01', -1, '20231231'],
    ['DA', '20240101\\20240103', -1, '20231231\\20240102'],
    ['DA', '20240101-20240103', -1, '20231231-20240102'],
    ['DA', '20240101-', -1, '20231231-'],
    ['DA', '-20240101', -1, '-20231231'],
    ['DA', '', -1, ''],
    ['DT', '20240101235959.999999+1400', -366, '20221231235959.999999+1400'],
    ['DT', '202401011030-0500', -1, '202312311030-0500'],
    ['DT', '202401', -1, '202312'],
    ['DT', '2024', -400, '2022'],
    ['DT', '2024+0100', -400, '2022+0100'],
    ['DT', '20240101-0500-20240103-0500', -1, '20231231-0500-20240102-0500'],
    ['TM', '101112.5', -1, '101112.5'],
    ['TM', '10', -1, '10'],
    ['TM', '10:11:12', -1, '10:11:12'],
    ['TM', '235960', -1, '235960'],
    ['TM', '1000-1100', -1, '1000-1100'],
  ])('%s %s by %i days is %s', (vr, text, days, moved) => {
    expect(shiftDates(vr, text, days)).toBe(moved);
  });
});

describe('what is no date of an image is unproven', () => {
  it.each([
    ['DA', '20240230'],
    ['DA', '20241301'],
    ['DA', '00000000'],
    ['DA', '2024'],
    ['DA', '24.01.01'],
    ['DA', '20240101 Erika'],
    ['DA', '20240101\\Erika'],
    ['DA', '-'],
    ['DT', '202401012460'],
    ['DT', '20240101+1500'],
    ['DT', '202413'],
    ['DT', 'Erika'],
    ['TM', '2460'],
    ['TM', '10Erika'],
    ['LO', '20240101'],
    ['DA', Array(5000).fill('20240101').join('\\')],
  ])('%s %s', (vr, text) => expect(shiftDates(vr, text, -1)).toBeUndefined());

  it.each(['19000101', '17530101', '19700101', '20000101', '99991231', '18991230'])(
    '%s: a placeholder that everybody knows would tell the offset',
    (text) => expect(shiftDates('DA', text, -1)).toBeUndefined(),
  );
});

describe('a time zone', () => {
  it.each(['+0000', '-1200', '+1400', '+0545'])('is %s', (zone) => expect(isTimeZone(zone)).toBe(true));
  it.each(['+1401', '-1230', '0100', '+0160', '+01', 'Erika'])('is not %s', (zone) =>
    expect(isTimeZone(zone)).toBe(false),
  );
});

describe('intervals', () => {
  const seconds = fc.integer({ min: Date.UTC(1903, 0, 1) / 1000, max: Date.UTC(2098, 0, 1) / 1000 });
  const offset = fc.integer({ min: -3652, max: -1 });
  const asDate = (at: number) => new Date(at * 1000).toISOString().slice(0, 10).replaceAll('-', '');
  const asTime = (at: number) => new Date(at * 1000).toISOString().slice(11, 19).replaceAll(':', '');
  const parsed = (date: string, time: string) =>
    Date.parse(
      `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4, 6)}Z`,
    ) / 1000;

  it('are kept to the second, whichever of DA and TM, or DT, tell the two ends', () => {
    fc.assert(
      fc.property(seconds, seconds, offset, (from, to, days) => {
        const [date, time] = [shiftDates('DA', asDate(from), days), shiftDates('TM', asTime(from), days)];
        const dateTime = shiftDates('DT', `${asDate(to)}${asTime(to)}.000000+0000`, days);
        fc.pre(date !== undefined && dateTime !== undefined);
        const moved = parsed((dateTime as string).slice(0, 8), (dateTime as string).slice(8, 14));
        expect(moved - parsed(date as string, time as string)).toBe(to - from);
        expect(parsed(date as string, time as string) - from).toBe(days * 86_400);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a study with modified dates', () => {
  const profile = withOptions('retain-longitudinal-modified-dates');

  it('moves by the person’s days, at every depth, and says so', async () => {
    const values = await cleanValues(
      [
        [0x00080020, 'DA', '20241231'],
        [0x0008002a, 'DT', '20241231101112.123456+0100'],
        [0x00080201, 'SH', '+0100'],
        [0x00400275, 'SQ', [[[0x00400004, 'DA', '20250105']]]],
        [0x52009229, 'SQ', [[[0x00209111, 'SQ', [[[0x00189074, 'DT', '20250101000000']]]]]]],
        [0x00080022, 'DA', '20240231'],
        [0x00080023, 'DA', '19000101'],
      ],
      profile,
    );
    expect(values.get('00080020')).toBe('20220406');
    expect(values.get('00080030')).toBe('101112');
    expect(values.get('0008002a')).toBe('20220406101112.123456+0100');
    expect(values.get('00080201')).toBe('+0100');
    expect(values.get('52009229/00209111/00189074')).toBe('20220407000000');
    expect(values.has('00080022')).toBe(false);
    expect(values.get('00080023')).toBe('');
    expect(values.get('00100030')).toBe('');
    expect(values.get('00280303')).toBe('MODIFIED');
  });

  it('moves no date that others know: of a standard, a device, a trial', async () => {
    const coded: SampleElement = [
      0x00081032,
      'SQ',
      [
        [
          [0x00080100, 'SH', 'T-D1213'],
          [0x00080102, 'SH', 'SRT'],
          [0x00080106, 'DT', '20121129000000'],
          [0x00080107, 'DT', '20130101000000'],
        ],
      ],
    ];
    const values = await cleanValues(
      [
        coded,
        [0x00120086, 'DA', '20230504'],
        [0x00181204, 'DA', '20150301'],
        [0x00181205, 'DA', '20150401'],
        [0x0040db06, 'DT', '20040322'],
      ],
      withOptions('retain-longitudinal-modified-dates', 'retain-device-identity'),
    );
    expect(values.get('00081032/00080106')).toBe('19000101000000');
    expect(values.get('00081032/00080107')).toBe('19000101000000');
    for (const tag of ['00120086', '00181204', '00181205', '0040db06'])
      expect([tag, values.get(tag)]).toEqual([tag, undefined]);
  });

  it('does not move the day at which clocks begin', () => {
    for (const day of ['19040101', '19691231'])
      expect([day, shiftDates('DA', day, -1)]).toEqual([day, undefined]);
  });

  it('months later moves by the same days: the interval between studies holds', async () => {
    const first = await cleanValues([[0x00080020, 'DA', '20240110']], profile);
    const second = await cleanValues([[0x00080020, 'DA', '20240910']], profile);
    const days = (date = '') =>
      Date.UTC(+date.slice(0, 4), +date.slice(4, 6) - 1, +date.slice(6)) / 86_400_000;
    expect(days(second.get('00080020')) - days(first.get('00080020'))).toBe(244);
  });
});
