import { DeidInstanceV1 } from '@sluice/contracts';
import { encodeElement, fileMeta, syntaxOf } from '@sluice/dicom';
import { describe, expect, it } from 'vitest';
import { analyticsOf, deidInstance } from './deid-instance.js';
import { EXPLICIT_LE } from './testing/sample-object.js';

const encoding = syntaxOf(EXPLICIT_LE);
const CT = '1.2.840.10008.5.1.4.1.1.2';
const UIDS = [
  [0x00080016, 'UI', CT],
  [0x00080018, 'UI', '2.25.11'],
  [0x0020000d, 'UI', '2.25.13'],
  [0x0020000e, 'UI', '2.25.12'],
] as const;

async function* cleanWith(more: readonly (readonly [number, string, string])[]): AsyncGenerator<Buffer> {
  yield fileMeta({ sopClassUID: CT, sopInstanceUID: '2.25.11', transferSyntaxUID: EXPLICIT_LE });
  for (const [tag, vr, value] of [...more].sort(([a], [b]) => a - b))
    yield encodeElement({ tag, vr, value: Buffer.from(value.length % 2 ? `${value} ` : value) }, encoding);
}

describe('what analytics is told of a clean object', () => {
  it('leaves-out-a-number-that-is-none-of-its-kind', async () => {
    const values = [
      [0x00180050, 'DS', '1e400'],
      [0x00280008, 'IS', '99999999999999999999'],
      [0x00280030, 'DS', '0.5\\1e999'],
    ] as const;
    const { data } = await deidInstance('t1', cleanWith([...UIDS, ...values]));
    expect(DeidInstanceV1.safeParse(data).error).toBeUndefined();
    for (const keyword of ['NumberOfFrames', 'SliceThickness', 'PixelSpacing'])
      expect(data).not.toHaveProperty(keyword);
  });

  it('leaves-out-a-fraction-where-a-count-stands', async () => {
    const { data } = await deidInstance('t1', cleanWith([...UIDS, [0x00280008, 'IS', '1.5']]));
    expect(data).not.toHaveProperty('NumberOfFrames');
  });

  it('is-nothing-when-its-schema-refuses-it', async () => {
    expect(await analyticsOf('t1', cleanWith(UIDS))).toHaveLength(1);
    expect(await analyticsOf('t1', cleanWith(UIDS.slice(0, 2)))).toEqual([]);
  });
});
