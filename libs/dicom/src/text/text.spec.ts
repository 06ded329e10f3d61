import { describe, expect, it } from 'vitest';
import { decodeText, readText } from './decode-text.js';
import { encodeText } from './encode-text.js';

function bytes(text: string): Buffer {
  return Buffer.from(text.replaceAll('ESC', '\x1b'), 'latin1');
}

/** PS3.5 annexes H, I, J, K and PS3.3 C.12.1.1.2. */
const EXAMPLES: [string, string[], Buffer, string][] = [
  [
    'H.3.1 Japanese',
    ['', 'ISO 2022 IR 87'],
    bytes('Yamada^Tarou=ESC$B;3EDESC(B^ESC$BB@O:ESC(B=ESC$B$d$^$@ESC(B^ESC$B$?$m$&ESC(B'),
    'Yamada^Tarou=山田^太郎=やまだ^たろう',
  ],
  [
    'H.3.2 Japanese with katakana',
    ['ISO 2022 IR 13', 'ISO 2022 IR 87'],
    bytes('\xd4\xcf\xc0\xde^\xc0\xdb\xb3=ESC$B;3EDESC(J^ESC$BB@O:ESC(J=ESC$B$d$^$@ESC(J^ESC$B$?$m$&ESC(J'),
    'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう',
  ],
  [
    'I.2 Korean',
    ['', 'ISO 2022 IR 149'],
    bytes('Hong^Gildong=ESC$)C\xfb\xf3^ESC$)C\xd1\xce\xd4\xd7=ESC$)C\xc8\xab^ESC$)C\xb1\xe6\xb5\xbf'),
    'Hong^Gildong=洪^吉洞=홍^길동',
  ],
  ['J.1 Chinese in UTF-8', ['ISO_IR 192'], Buffer.from('Wang^XiaoDong=王^小东='), 'Wang^XiaoDong=王^小东='],
  [
    'J.2 Chinese in GB18030',
    ['GB18030'],
    bytes('Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab='),
    'Wang^XiaoDong=王^小东=',
  ],
  [
    'K.2 Chinese in GB2312',
    ['', 'ISO 2022 IR 58'],
    bytes('Zhang^XiaoDong=ESC$)A\xd5\xc5^ESC$)A\xd0\xa1\xb6\xab='),
    'Zhang^XiaoDong=张^小东=',
  ],
  ['Latin 1', ['ISO_IR 100'], bytes('Buc^J\xe9r\xf4me'), 'Buc^Jérôme'],
  [
    'Latin 1 and Cyrillic by extension',
    ['ISO 2022 IR 100', 'ISO 2022 IR 144'],
    bytes('J\xe9^ESC-L\xbb\xee^\xe9'),
    'Jé^Лю^é',
  ],
  ['Greek', ['ISO_IR 126'], bytes('\xc4\xe9'), 'Δι'],
  ['Arabic', ['ISO_IR 127'], bytes('\xe2\xc8'), 'قب'],
  ['Hebrew', ['ISO_IR 138'], bytes('\xf9\xf8'), 'שר'],
  ['Thai', ['ISO_IR 166'], bytes('\xca'), 'ส'],
  ['Latin 2', ['ISO_IR 101'], bytes('\xb1'), 'ą'],
  ['Latin 5', ['ISO_IR 148'], bytes('\xfe'), 'ş'],
];

describe('decodeText and encodeText', () => {
  it.each(EXAMPLES)('%s', (_, charset, value, text) => {
    expect(readText(value, 'PN', charset)).toEqual({ text, exact: true });
    const padded = value.length % 2 ? Buffer.concat([value, Buffer.from(' ')]) : value;
    expect(encodeText(text, 'PN', charset)).toEqual(padded);
  });

  it('does not take the second byte of a kanji for a delimiter', () => {
    expect(decodeText(bytes('ESC$B!\\ESC(B\\x'), 'LO', ['', 'ISO 2022 IR 87'])).toBe('＋\\x');
    expect(decodeText(bytes('\x95\x5c\\x'), 'LO', ['GBK'])).toMatch(/^[一-龥]\\x$/);
  });

  it.each(['GBK', 'GB18030', 'ISO_IR 192'])('brings every character that %s can write back', (charset) => {
    const text = charset === 'GBK' ? '王镕丂齄' : '王镕丂齄é𠀀ᠠ';
    expect(decodeText(encodeText(text, 'LO', [charset]) as Buffer, 'LO', [charset])).toBe(text);
  });

  it('says what it cannot write', () => {
    expect(encodeText('山田', 'PN', ['ISO_IR 100'])).toBeUndefined();
    expect(encodeText('é', 'LO', [])).toBeUndefined();
    expect(encodeText('é', 'CS', ['ISO_IR 192'])).toBeUndefined();
    expect(encodeText('\ud800', 'LO', ['ISO_IR 192'])).toBeUndefined();
  });

  it.each<[string, string, string[], Buffer]>([
    ['no character set', 'LO', [], bytes('\xe9')],
    ['an unknown one', 'LO', ['ISO_IR 999'], bytes('\xe9')],
    ['broken UTF-8', 'LO', ['ISO_IR 192'], bytes('\xe9')],
    ['an unknown escape', 'LO', ['', 'ISO 2022 IR 87'], bytes('ESC%Gx')],
    ['a VR without character sets', 'CS', ['ISO_IR 192'], Buffer.from('é')],
    ['half a kanji', 'LO', ['', 'ISO 2022 IR 87'], bytes('ESC$B;3E')],
  ])('reads on, and says so, with %s', (_, vr, charset, value) => {
    const read = readText(value, vr, charset);
    expect(read.exact).toBe(false);
    expect(read.text).not.toBe('');
  });

  it('understands terms as they are misspelt', () => {
    expect(decodeText(bytes('\xe9'), 'LO', ['ISO-IR 100'])).toBe('é');
  });

  it('reads a mebibyte of blanks, or of changing sets, in one go', () => {
    const blanks = `${' '.repeat(1_000_000)}x`;
    expect(decodeText(Buffer.from(blanks), 'LT', [])).toBe(blanks);
    expect(readText(bytes('\xe9a'.repeat(500_000)), 'LT', ['ISO_IR 100'])).toEqual({
      text: 'éa'.repeat(500_000),
      exact: true,
    });
    const changing = readText(bytes('\xc8\xabESC$)C'.repeat(100_000)), 'LT', ['', 'ISO 2022 IR 149']);
    expect(changing).toMatchObject({ exact: false });
  });

  it('takes padding off', () => {
    expect([decodeText(bytes(' a \0'), 'LO', []), decodeText(Buffer.alloc(0), 'PN', [])]).toEqual([' a', '']);
  });
});
