import { tagOf } from '@sluice/dicom';
import { describe, expect, it } from 'vitest';
import { isProvenCode } from './coded-concepts.js';
import { isNumericText, isTechnical } from './technical-text.js';
import { TERMS } from './technical-vocabulary.table.js';

describe('technical text', () => {
  it('is a term of its own attribute, and of no other', () => {
    expect(isTechnical('BodyPartExamined', 'CS', 'KNEE')).toBe(true);
    expect(isTechnical('Modality', 'CS', 'KNEE')).toBe(false);
    expect(isTechnical('RescaleType', 'LO', 'HU')).toBe(true);
    expect(isTechnical('CollimatorShape', 'CS', 'RECTANGULAR')).toBe(true);
    expect(isTechnical('PositionerType', 'CS', 'MAMMOGRAPHIC')).toBe(true);
    expect(isTechnical('FocusMethod', 'CS', 'AUTO')).toBe(true);
    expect(isTechnical('SeriesDescription', 'LO', 'YES')).toBe(false);
    expect(isTechnical('AliasedDataType', 'CS', 'YES')).toBe(true);
  });

  it('is a number in DS, IS and AS, and nothing else there', () => {
    expect(isNumericText('DS', Buffer.from('1.5\\-2e-3 '))).toBe(true);
    expect(isNumericText('DS', Buffer.from('1.5 Musterfrau'))).toBe(false);
    expect(isNumericText('IS', Buffer.from('12'))).toBe(true);
    expect(isNumericText('AS', Buffer.from('042Y'))).toBe(true);
    expect(isNumericText('AS', Buffer.from('ADAY'))).toBe(false);
    expect(isNumericText('LO', Buffer.from('12'))).toBeUndefined();
  });

  it('has vocabularies for attributes of the dictionary only', () => {
    expect(Object.keys(TERMS).filter((keyword) => tagOf(keyword) === undefined)).toEqual([]);
  });
});

describe('a code value', () => {
  it.each(['818981001', '22298006', '18782-3', 'T-D1100', 'P5-0900A', '121071', 'mm', '{ratio}'])(
    '%s proves itself',
    (code) => {
      expect(isProvenCode(code)).toBe(true);
    },
  );

  it.each(['818981002', '123456789', '18782-4', 'PID-881234', 'MUSTERFRAU', '19630418', '', 'T-ADA'])(
    '%s does not',
    (code) => {
      expect(isProvenCode(code)).toBe(false);
    },
  );
});
