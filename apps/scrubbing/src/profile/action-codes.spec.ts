import { describe, expect, it } from 'vitest';
import { resolveCode } from './action-codes.js';
import { attributeType } from '../attributes/attribute-types.js';
import { BASIC_PROFILE } from './basic-profile.table.js';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const ENHANCED_CT = '1.2.840.10008.5.1.4.1.1.2.1';

describe('an action code', () => {
  it.each([
    ['X', ['remove', 'remove', 'remove']],
    ['Z', ['empty', 'empty', 'empty']],
    ['D', ['dummy', 'dummy', 'dummy']],
    ['K', ['keep', 'keep', 'keep']],
    ['C', ['clean', 'clean', 'clean']],
    ['U', ['uid', 'uid', 'uid']],
    ['Z/D', ['dummy', 'empty', 'empty']],
    ['X/Z', ['empty', 'empty', 'remove']],
    ['X/D', ['dummy', 'dummy', 'remove']],
    ['X/Z/D', ['dummy', 'empty', 'remove']],
    ['X/Z/U*', ['uid', 'empty', 'remove']],
  ])('%s resolves by type 1, 2 and 3 to %j', (code, fates) => {
    expect([resolveCode(code, '1'), resolveCode(code, '2'), resolveCode(code, '3')]).toEqual(fates);
  });

  it('is known for every row of the table', () => {
    for (const [, , code] of BASIC_PROFILE) expect(() => resolveCode(code, '3')).not.toThrow();
  });

  it('is refused when the table does not have it', () => {
    expect(() => resolveCode('Q', '1')).toThrow('no action code');
  });
});

describe('an attribute type', () => {
  it('is that of the IOD at depth 0', () => {
    expect(attributeType(0x0008002a, [], CT)).toBe('3');
    expect(attributeType(0x0008002a, [], ENHANCED_CT)).toBe('1');
    expect(attributeType(0x00080023, [], CT)).toBe('2');
  });

  it('is the strictest of any IOD below depth 0 and for an unknown class', () => {
    expect(attributeType(0x0008002a, [{ tag: 0x00400270 }], CT)).toBe('1');
    expect(attributeType(0x0008002a, [], '1.2.3')).toBe('1');
  });

  it('is laxer inside of a sequence that says so', () => {
    const inside = (tag: number) => attributeType(0x00081110, [{ tag }], CT);
    expect(inside(0x00400275)).toBe('3');
    expect(inside(0x00400270)).not.toBe('3');
  });

  it('keeps source images where the object lists what it refers to', () => {
    const PARAMETRIC_MAP = '1.2.840.10008.5.1.4.1.1.30';
    expect(attributeType(0x00082112, [], PARAMETRIC_MAP)).toBe('1');
    expect(attributeType(0x00082112, [], CT)).toBe('3');
  });

  it('is 3 where no IOD has the attribute', () => {
    expect(attributeType(0x00104000, [], CT)).toBe('3');
  });
});
