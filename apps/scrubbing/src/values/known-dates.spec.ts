import { vrOf } from '@sluice/dicom';
import { describe, expect, it } from 'vitest';
import { cleanValues, withOptions } from '../testing/clean.js';
import type { SampleElement } from '../testing/samples.js';
import { KNOWN_DATES } from './known-dates.table.js';

const VALUES: Readonly<Record<string, string>> = { DA: '20241230', DT: '20241230070809', TM: '070809' };
const planted: SampleElement[] = [...KNOWN_DATES]
  .sort((a, b) => a - b)
  .map((tag) => {
    const vr = vrOf(tag) ?? '';
    return [tag, vr, VALUES[vr] ?? ''];
  });
/** The sample's person moves by 1000 days. */
const ORIGINAL_OR_MOVED = /20241230|20220405|070809/;
const MOVED = withOptions('retain-longitudinal-modified-dates', 'retain-device-identity');

describe('a date that others know', () => {
  it('is a date or a time in the dictionary', () => {
    expect(planted.length).toBeGreaterThan(25);
    expect(planted.filter(([, , value]) => value === '')).toEqual([]);
  });

  it.each([0, 1])('is neither moved nor kept beside dates that move, at depth %i', async (depth) => {
    const more: SampleElement[] = depth === 0 ? planted : [[0x52009229, 'SQ', [planted]]];
    const values = await cleanValues(more, MOVED);
    for (const [tag] of planted) {
      const name = tag.toString(16).padStart(8, '0');
      const found = values.get(depth === 0 ? name : `52009229/${name}`) ?? '';
      expect([name, ORIGINAL_OR_MOVED.test(found)]).toEqual([name, false]);
    }
    expect(values.get('00080020')).toBe('20220406');
  });

  it('stays where the profile retains full dates, and with the device where no date moves', async () => {
    const calibrated: SampleElement[] = [[0x00181200, 'DA', '20241230']];
    for (const option of ['retain-longitudinal-full-dates', 'retain-device-identity'] as const)
      expect((await cleanValues(calibrated, withOptions(option))).get('00181200')).toBe('20241230');
  });

  it('is one in a report too, whether its table is in force or not', async () => {
    const item = (code: string): SampleElement => [
      0x0040a730,
      'SQ',
      [
        [
          [0x0040a040, 'CS', 'DATETIME'],
          [
            0x0040a043,
            'SQ',
            [
              [
                [0x00080100, 'SH', code],
                [0x00080102, 'SH', 'DCM'],
              ],
            ],
          ],
          [0x0040a120, 'DT', '20241230070809'],
        ],
      ],
    ];
    const valueOf = async (code: string, ...options: Parameters<typeof withOptions>) =>
      (await cleanValues([item(code)], withOptions(...options))).get('0040a730/0040a120');
    for (const more of [[], ['clean-structured-content']] as const) {
      expect(await valueOf('113723', 'retain-longitudinal-modified-dates', ...more)).toBe('19000101000000');
      expect(await valueOf('113809', 'retain-longitudinal-modified-dates', ...more)).toBe('20220405070809');
      expect(await valueOf('113723', 'retain-longitudinal-full-dates', ...more)).toBe('20241230070809');
    }
  });
});
