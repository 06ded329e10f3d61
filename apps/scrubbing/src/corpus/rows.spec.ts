import { vrOf } from '@sluice/dicom';
import { describe, expect, it } from 'vitest';
import { loadProfile, SHIPPED_PROFILES } from '../profile-file/load-profile.js';
import { BASIC_PROFILE } from '../profile/basic-profile.table.js';
import { OPTIONS } from '../profile/options.js';
import { createProfile, type Profile } from '../profile/profile.js';
import { scrubSample, withOptions } from '../testing/clean.js';
import { type SampleElement, sampleElements } from '../testing/samples.js';

const NAME = 'Quendelwasser';
const UID = '1.2.3.4.5.';
const profiles: [string, Profile][] = [
  ...(await Promise.all(
    SHIPPED_PROFILES.map(async (name) => [name, await loadProfile(name)] as [string, Profile]),
  )),
  ...OPTIONS.map((option) => [option, withOptions(option)] as [string, Profile]),
  [
    'every option with modified dates',
    createProfile({
      name: 'all',
      options: OPTIONS.filter((one) => one !== 'retain-longitudinal-full-dates'),
    }),
  ],
];

/** Tags of the table's rows: repeating ones by an example; overlay planes hold the whole object, so they are not planted. */
const tags = BASIC_PROFILE.map(([tag]) => tag.replace('50xxxxxx', '50003000').replace('60xx', '6000'))
  .filter((tag) => tag !== 'odd' && tag !== '60003000')
  .map((tag) => Number.parseInt(tag, 16));
/** These say whose and what the object is, or that it is a document. */
const FIXED = new Set([0x00080018, 0x0020000d, 0x0020000e, 0x00420011]);

function planted(tag: number): SampleElement[] {
  const vr = vrOf(tag) ?? 'LO';
  if (FIXED.has(tag)) return [];
  if (vr === 'UI') return [[tag, vr, `${UID}${tag}`]];
  if (vr === 'SQ')
    return [
      [
        tag,
        vr,
        [
          [
            [0x00100010, 'PN', NAME],
            [0x0040a160, 'UT', `left ${NAME}`],
          ],
        ],
      ],
    ];
  if (/^O[BW]$|^UN$/.test(vr)) return [[tag, vr, Buffer.from(`${NAME} `)]];
  return /^(?:AT|FD|FL|OD|OF|OL|SL|SS|SV|UL|US|UV)$/.test(vr) ? [] : [[tag, vr, `knee ${NAME}`]];
}

const rows = tags.filter((tag) => tag >>> 16 > 2).flatMap(planted);
const nested = rows.filter(([tag]) => tag >>> 16 >= 8);
const at = (depth: number): SampleElement[] =>
  depth === 0 ? sampleElements(rows) : [[0x52009229, 'SQ', [depth === 1 ? sorted(nested) : at(depth - 1)]]];
const sorted = (elements: readonly SampleElement[]) => [...elements].sort((a, b) => a[0] - b[0]);

describe('the name of the person in every row of Table E.1-1', () => {
  it('is planted in nearly all of them', () => {
    expect(rows.length).toBeGreaterThan(630);
    expect(nested.length).toBeGreaterThan(620);
  });

  it.each(profiles)('does not survive under %s, at depth 0, 1 or 3', async (_, profile) => {
    for (const depth of [0, 1, 3]) {
      const person: SampleElement[] = [[0x00100010, 'PN', NAME]];
      const verdict = await scrubSample([...at(depth), ...person], profile);
      expect([depth, verdict.outcome, verdict.outcome === 'quarantined' ? verdict.detail : '']).toEqual([
        depth,
        'clean',
        '',
      ]);
      if (verdict.outcome !== 'clean') continue;
      expect(verdict.stored.includes(NAME)).toBe(false);
      // A device is retained with its UID.
      const retains = ['retain-uids', 'retain-device-identity'] as const;
      if (!retains.some((option) => profile.options.has(option)))
        expect(verdict.stored.includes(UID)).toBe(false);
    }
  });
});
