/** A character repertoire of PS3.3 C.12.1.1.2: how its bytes stand in a value and which escape sequence calls it (PS3.5 6.1). */
export interface Repertoire {
  /** Where code extension puts it: G0 is 0x21-0x7E, G1 is 0xA1-0xFE. */
  readonly slot: 'G0' | 'G1';
  readonly escape: string;
  /** Bytes of this repertoire only; undefined when they are not all in it. */
  decode(bytes: Buffer): string | undefined;
  /** Bytes of this repertoire and ASCII, where one decoder knows both. */
  decodeAll?(bytes: Buffer): string | undefined;
  /** What one character's code looks like, to build the way back. */
  codes(): Iterable<readonly number[]>;
}

/** A decoder that gives undefined instead of replacement characters. Labels as in the Encoding standard, full ICU. */
export function strictDecoder(label: string): (bytes: Buffer) => string | undefined {
  const decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true });
  return (bytes) => {
    try {
      return decoder.decode(bytes);
    } catch {
      return undefined;
    }
  };
}

function* highBytes(): Generator<readonly number[]> {
  for (let code = 0xa0; code <= 0xff; code += 1) yield [code];
}

function* pairs(offset: 0x21 | 0xa1): Generator<readonly number[]> {
  for (let row = 0; row < 94; row += 1) {
    for (let cell = 0; cell < 94; cell += 1) yield [offset + row, offset + cell];
  }
}

function latin(label: string, escape: string): Repertoire {
  const decode = strictDecoder(label);
  return { slot: 'G1', escape, decode, decodeAll: decode, codes: highBytes };
}

function doubleG1(label: string, escape: string): Repertoire {
  return { slot: 'G1', escape, decode: strictDecoder(label), codes: () => pairs(0xa1) };
}

/** JIS X 0208 and 0212 are decoded through EUC-JP, where they have the high bit set (0212 after 0x8F). */
function doubleG0(prefix: readonly number[], escape: string): Repertoire {
  const eucJp = strictDecoder('euc-jp');
  const decode = (bytes: Buffer): string | undefined => {
    const euc: number[] = [];
    for (let at = 0; at + 1 < bytes.length; at += 2)
      euc.push(...prefix, (bytes[at] ?? 0) | 0x80, (bytes[at + 1] ?? 0) | 0x80);
    return bytes.length % 2 === 1 ? undefined : eucJp(Buffer.from(euc));
  };
  return { slot: 'G0', escape, decode, codes: () => pairs(0x21) };
}

function katakana(bytes: Buffer): string | undefined {
  if (bytes.some((byte) => byte < 0xa1 || byte > 0xdf)) return undefined;
  return Array.from(bytes, (byte) => String.fromCharCode(0xff61 - 0xa1 + byte)).join('');
}

function latin1(bytes: Buffer): string | undefined {
  return bytes.some((byte) => byte >= 0x80 && byte < 0xa0) ? undefined : bytes.toString('latin1');
}

/** By registration number. 13 is its katakana half (G1); its romaji half reads as ASCII. */
export const REPERTOIRES: ReadonlyMap<string, Repertoire> = new Map<string, Repertoire>([
  ['100', { slot: 'G1', escape: '-A', decode: latin1, decodeAll: latin1, codes: highBytes }],
  ['101', latin('iso-8859-2', '-B')],
  ['109', latin('iso-8859-3', '-C')],
  ['110', latin('iso-8859-4', '-D')],
  ['144', latin('iso-8859-5', '-L')],
  ['127', latin('iso-8859-6', '-G')],
  ['126', latin('iso-8859-7', '-F')],
  ['138', latin('iso-8859-8', '-H')],
  ['148', latin('iso-8859-9', '-M')],
  ['203', latin('iso-8859-15', '-b')],
  ['166', latin('windows-874', '-T')],
  ['13', { slot: 'G1', escape: ')I', decode: katakana, codes: highBytes }],
  ['87', doubleG0([], '$B')],
  ['159', doubleG0([0x8f], '$(D')],
  ['149', doubleG1('euc-kr', '$)C')],
  ['58', doubleG1('gbk', '$)A')],
]);

/** Encodings that stand alone, without code extension, and their labels. */
const STANDALONE: ReadonlyMap<string, string> = new Map([
  ['192', 'utf-8'],
  ['GB18030', 'gb18030'],
  ['GBK', 'gbk'],
]);

/** What Specific Character Set (0008,0005) says, resolved. */
export type CharacterSets =
  | { readonly kind: 'standalone'; readonly label: string }
  | {
      readonly kind: 'extended';
      /** In G1 at the start and after each delimiter. */
      readonly initial: Repertoire | undefined;
      readonly all: readonly Repertoire[];
      /** False when a term is not known. */
      readonly known: boolean;
    };

const TERM = /^ISO[ _-]?(?:2022[ _-]?)?IR[ _-]?(\d+)$/i;

const resolved = new WeakMap<readonly string[], CharacterSets>();

/** Resolves the terms; `ISO-IR 100` and the like, which do occur, are understood. */
export function characterSetsOf(terms: readonly string[]): CharacterSets {
  const sets = resolved.get(terms) ?? resolve(terms);
  resolved.set(terms, sets);
  return sets;
}

function resolve(terms: readonly string[]): CharacterSets {
  const names = terms.map((term) => TERM.exec(term)?.[1] ?? term.toUpperCase());
  const label = STANDALONE.get(names[0] ?? '');
  if (label !== undefined) return { kind: 'standalone', label };
  const all = names.map((name) => REPERTOIRES.get(name));
  const known = names.every((name, index) => name === '' || name === '6' || all[index] !== undefined);
  const first = all[0];
  return {
    kind: 'extended',
    initial: first?.slot === 'G1' ? first : undefined,
    all: all.filter((one) => one !== undefined),
    known,
  };
}

const CHARSET_VRS = new Set(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT']);

/** True for the VRs that Specific Character Set governs (PS3.5 6.1.2.3). */
export function usesCharset(vr: string): boolean {
  return CHARSET_VRS.has(vr);
}

const LINE = '\t\n\f\r';

/** The characters after which code extension starts anew (PS3.5 6.1.2.5.3). */
export function delimitersOf(vr: string): string {
  if (vr === 'PN') return `${LINE}\\^=`;
  return vr === 'LT' || vr === 'ST' || vr === 'UT' ? LINE : `${LINE}\\`;
}
