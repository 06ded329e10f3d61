import {
  characterSetsOf,
  delimitersOf,
  REPERTOIRES,
  strictDecoder,
  usesCharset,
  type CharacterSets,
  type Repertoire,
} from './repertoires.js';

const ASCII_ONLY = /^[\x00-\x1a\x1c-\x7f]*$/;
const ESC = Buffer.from([0x1b]);
const tables = new Map<Repertoire | string, ReadonlyMap<string, Buffer>>();

/** The text as a value of this VR and character set, padded to even length; undefined when the set cannot hold it (PS3.5 6.1). */
export function encodeText(text: string, vr: string, charset: readonly string[]): Buffer | undefined {
  const bytes = encode(text, vr, charset);
  return bytes !== undefined && bytes.length % 2 === 1
    ? Buffer.concat([bytes, Buffer.from(vr === 'UI' ? '\0' : ' ')])
    : bytes;
}

function encode(text: string, vr: string, charset: readonly string[]): Buffer | undefined {
  if (ASCII_ONLY.test(text)) return Buffer.from(text, 'latin1');
  if (!usesCharset(vr) || text.includes('\x1b')) return undefined;
  const sets = characterSetsOf(charset);
  if (sets.kind === 'standalone') return encodeStandalone(text, sets.label);
  return encodeExtended(text, sets, delimitersOf(vr));
}

function encodeStandalone(text: string, label: string): Buffer | undefined {
  if (label === 'utf-8') return text.isWellFormed() ? Buffer.from(text, 'utf8') : undefined;
  const table = tableOf(label, () =>
    tableFrom(label === 'gbk' ? gbkCodes() : gb18030Codes(), strictDecoder(label)),
  );
  const codes: Buffer[] = [];
  for (const character of text) {
    const code =
      character < '\x80' ? Buffer.from(character) : (table.get(character) ?? supplementary(character, label));
    if (code === undefined) return undefined;
    codes.push(code);
  }
  return Buffer.concat(codes);
}

function encodeExtended(
  text: string,
  sets: CharacterSets & { kind: 'extended' },
  delimiters: string,
): Buffer | undefined {
  const out: Buffer[] = [];
  let g0: Repertoire | undefined;
  let g1 = sets.initial;
  const home = sets.initial === REPERTOIRES.get('13') ? '(J' : '(B';
  for (const character of text) {
    if (character < '\x80') {
      if (g0 !== undefined) out.push(ESC, Buffer.from(home));
      g0 = undefined;
      if (delimiters.includes(character)) g1 = sets.initial;
      out.push(Buffer.from(character));
      continue;
    }
    const set = [g1, g0, ...sets.all].find((one) => one !== undefined && codesOf(one).has(character));
    if (set === undefined) return undefined;
    if (set !== g0 && set !== g1) out.push(ESC, Buffer.from(set.escape));
    if (set.slot === 'G0') g0 = set;
    else g1 = set;
    out.push(codesOf(set).get(character) as Buffer);
  }
  if (g0 !== undefined) out.push(ESC, Buffer.from(home));
  return Buffer.concat(out);
}

function codesOf(set: Repertoire): ReadonlyMap<string, Buffer> {
  return tableOf(set, () => tableFrom(set.codes(), (bytes) => set.decode(bytes)));
}

/** Built when first needed: Node can decode these encodings but not write them. */
function tableOf(
  key: Repertoire | string,
  build: () => ReadonlyMap<string, Buffer>,
): ReadonlyMap<string, Buffer> {
  const table = tables.get(key) ?? build();
  tables.set(key, table);
  return table;
}

function tableFrom(
  codes: Iterable<readonly number[]>,
  decode: (bytes: Buffer) => string | undefined,
): Map<string, Buffer> {
  const table = new Map<string, Buffer>();
  for (const code of codes) {
    const bytes = Buffer.from(code);
    const character = decode(bytes);
    if (character !== undefined && [...character].length === 1 && !table.has(character))
      table.set(character, bytes);
  }
  return table;
}

function* gbkCodes(): Generator<readonly number[]> {
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) yield [lead, trail];
  }
}

/** The two-byte codes and the four-byte codes of the basic plane (GB 18030, 0x81308130 to 0x8439FE39). */
function* gb18030Codes(): Generator<readonly number[]> {
  yield* gbkCodes();
  for (let linear = 0; linear < 39420; linear += 1) yield fourBytes(linear);
}

/** Planes 1 to 16 follow in order from 0x90308130. */
function supplementary(character: string, label: string): Buffer | undefined {
  const codePoint = character.codePointAt(0) ?? 0;
  return label === 'gb18030' && codePoint > 0xffff
    ? Buffer.from(fourBytes(189_000 + codePoint - 0x10000))
    : undefined;
}

function fourBytes(linear: number): readonly number[] {
  return [
    0x81 + Math.floor(linear / 12600),
    0x30 + (Math.floor(linear / 1260) % 10),
    0x81 + (Math.floor(linear / 10) % 126),
    0x30 + (linear % 10),
  ];
}
