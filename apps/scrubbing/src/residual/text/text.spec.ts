import { describe, expect, it } from 'vitest';
import { dateOfValue, datesIn, movedDate } from './dates-in-text.js';
import { bytesReadingsOf, readingsOf } from './encodings.js';
import { joinedNumbers, normalise, partsOf, respelled, tokensOf, windowsOf } from './normalise.js';

describe('normalised text', () => {
  it('has no case, width or diacritics, and whole syllables', () => {
    expect(normalise('MÜLLER Straße ＡＢＣ１２')).toBe('muller strasse abc12');
    expect(normalise('김희중')).toBe('김희중');
    expect(respelled('Jörg Müller')).toBe('joerg mueller');
    expect(respelled('Smith')).toBeUndefined();
  });

  it('is words, and runs where no spaces stand between words', () => {
    expect(tokensOf('Müller-王小明 P12_x')).toEqual({ words: ['muller', 'p12', 'x'], runs: ['王小明'] });
    expect(partsOf('acc4711')).toEqual(['acc', '4711']);
    expect(windowsOf('王小明', 2)).toEqual(['王小', '小明']);
    expect([...joinedNumbers(['49', '30', '7731', 'x', '12', '34'])]).toEqual(['49307731', '307731']);
  });
});

describe('dates in a text', () => {
  it.each([
    '20241231',
    '20241231101112.5',
    '2024-12-31',
    '2024年12月31日',
    '31.12.2024',
    '12/31/2024',
    '31.12.24',
    '31-DEC-2024',
    '31. Dezember 2024',
    'December 31st, 2024',
    'Dec 31 2024',
  ])('%s', (text) => {
    expect([...datesIn(`seen ${text} again`)]).toContain('20241231');
  });

  it('are not parts of longer numbers', () => {
    expect([...datesIn('2.25.120241231 and 1202412315')]).not.toContain('20241231');
  });

  it('are taken from DA and DT, and moved by days', () => {
    expect(dateOfValue('2024.12.31')).toBe('20241231');
    expect(dateOfValue('20241231101112+0100')).toBe('20241231');
    expect(dateOfValue('2024')).toBeUndefined();
    expect(movedDate('20241231', -1000)).toBe('20220406');
  });
});

describe('readings of bytes', () => {
  const bytes = (text: string, encoding: BufferEncoding = 'utf8') =>
    Buffer.from(text, encoding).toString('latin1');

  it('are by what is announced and by what is not', () => {
    expect(readingsOf('plain', ['ISO_IR 192'])).toEqual(['plain']);
    expect(readingsOf(bytes('张伟'), ['ISO_IR 100'])).toContain('张伟');
    expect(readingsOf(bytes('d5c5ceb0', 'hex'), [])).toContain('张伟');
    expect(readingsOf(bytes('bbeed2', 'hex'), ['ISO_IR 144'])).toContain('Люв'.normalize());
    expect(readingsOf('\x1b$B;3ED\x1b(B', ['', 'ISO 2022 IR 87'])).toContain('山田');
    expect(readingsOf('\x1b$)C\xb1\xe8', ['', 'ISO 2022 IR 149'])).toContain('김');
  });

  it('are also as UTF-16, at either byte', () => {
    expect(bytesReadingsOf(bytes('x张伟', 'utf16le').slice(1))).toContain('张伟');
  });
});
