import { describe, expect, it } from 'vitest';
import { element, part10, sequence } from '../part10/part10-fixture.js';
import { readAgain } from './read-again.js';

const readFile = (elements: Buffer[], syntax?: string) => {
  const file = part10(elements, syntax);
  return readAgain(new Uint8Array(file).buffer).filter(({ tag }) => !tag.startsWith('0002'));
};

describe('a second reading', () => {
  it('tells every element with its bytes, whatever character set they are in', () => {
    const name = Buffer.from('b3a4\x1b$B;3ED');
    const read = readFile([
      element(0x00080005, 'CS', '\\ISO 2022 IR 87\\ISO 2022 IR 149'),
      element(0x00100010, 'PN', name),
      element(0x00101002, 'SQ', sequence(0x00101002, [element(0x00100020, 'LO', 'A1')]).subarray(12)),
      element(0x00280010, 'US', Buffer.from([2, 1])),
      element(0x00291010, 'OB', Buffer.from([1, 2, 0xff, 4])),
    ]);
    expect(read.map(({ tag, path, value, keyword }) => [[...path, tag].join('/'), keyword, value])).toEqual([
      ['00080005', 'SpecificCharacterSet', '\\ISO 2022 IR 87\\ISO 2022 IR 149 '],
      ['00100010', 'PatientName', name.toString('latin1')],
      ['00101002', 'OtherPatientIDsSequence', undefined],
      ['00101002/00100020', 'PatientID', 'A1'],
      ['00280010', 'Rows', undefined],
      ['00291010', undefined, '\x01\x02\xff\x04'],
    ]);
  });

  it('tells both of two elements of one tag', () => {
    const read = readFile([element(0x00100020, 'LO', 'A1'), element(0x00100020, 'LO', 'B2')]);
    expect(read.map(({ value }) => value)).toEqual(['A1', 'B2']);
  });

  it('throws for what is no Part 10 file', () => {
    expect(() => readAgain(new ArrayBuffer(200))).toThrow('no DICM');
  });
});
