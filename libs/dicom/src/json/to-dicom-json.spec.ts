import { describe, expect, it } from 'vitest';
import { element, fragments, part10, sequence } from '../part10/part10-fixture.js';
import { toDicomJson } from './to-dicom-json.js';

describe('toDicomJson', () => {
  it('writes the model of PS3.18 F.2', async () => {
    const file = part10([
      element(0x00080005, 'CS', '\\ISO 2022 IR 87'),
      element(0x00080020, 'DA', ''),
      element(0x00081140, 'SQ', sequence(0x00081140, [element(0x00081155, 'UI', '1.2.3')]).subarray(12)),
      element(0x00100010, 'PN', 'Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B'),
      element(0x00280010, 'US', Buffer.from([2, 1])),
      element(0x00291010, 'OB', Buffer.from([1, 2, 3, 4])),
      element(0x7fe00010, 'OW', Buffer.alloc(8)),
    ]);
    expect(await toDicomJson(file)).toEqual({
      '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
      '00080020': { vr: 'DA' },
      '00081140': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: ['1.2.3'] } }] },
      '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎' }] },
      '00280010': { vr: 'US', Value: [258] },
      '00291010': { vr: 'OB', InlineBinary: 'AQIDBA==' },
      '7FE00010': { vr: 'OW' },
    });
  });

  it('leaves out fragments', async () => {
    const json = await toDicomJson(
      part10([fragments(0x7fe00010, [Buffer.alloc(4)])], '1.2.840.10008.1.2.4.50'),
    );
    expect(json['7FE00010']).toEqual({ vr: 'OB' });
  });

  it('refuses what the reader refuses', async () => {
    await expect(
      toDicomJson(part10([element(0x00100020, 'LO', 'A1')]).subarray(0, -1)),
    ).rejects.toMatchObject({ code: 'DICOM_MALFORMED' });
  });
});
