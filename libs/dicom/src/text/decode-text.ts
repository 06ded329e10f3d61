import { unpadded } from './padding.js';
import {
  characterSetsOf,
  delimitersOf,
  REPERTOIRES,
  strictDecoder,
  usesCharset,
  type Repertoire,
} from './repertoires.js';

/** Text, and whether every byte was understood. */
export interface DecodedText {
  readonly text: string;
  /** False when something was read as ISO 8859-1 for want of better. */
  readonly exact: boolean;
}

const ESC = 0x1b;
/** Changes between character sets in one value; what comes after so many is not text that anybody wrote. */
const MAX_RUNS = 50_000;
const ASCII_ONLY = /^[\x00-\x1a\x1c-\x7f]*$/;
const byEscape = new Map<string, Repertoire>([...REPERTOIRES.values()].map((one) => [one.escape, one]));
const standalone = new Map<string, (bytes: Buffer) => string | undefined>();

/** The value's text, trailing padding off (PS3.5 6.1 and 6.2). Bytes that the character set does not explain are read as ISO 8859-1. */
export function decodeText(value: Buffer, vr: string, charset: readonly string[]): string {
  return readText(value, vr, charset).text;
}

/** As decodeText, and says whether the text is exact. */
export function readText(value: Buffer, vr: string, charset: readonly string[]): DecodedText {
  const plain = value.toString('latin1');
  if (ASCII_ONLY.test(plain)) return { text: unpadded(plain), exact: true };
  if (!usesCharset(vr)) return { text: unpadded(plain), exact: false };
  const sets = characterSetsOf(charset);
  if (sets.kind === 'standalone') {
    const text = standaloneDecoder(sets.label)(value);
    return { text: unpadded(text ?? plain), exact: text !== undefined };
  }
  const direct = value.includes(ESC) ? undefined : sets.initial?.decodeAll?.(value);
  if (direct !== undefined) return { text: unpadded(direct), exact: sets.known };
  const decoded = new ExtendedText(sets.initial, delimitersOf(vr)).decode(value);
  return { text: unpadded(decoded.text), exact: decoded.exact && sets.known };
}

function standaloneDecoder(label: string): (bytes: Buffer) => string | undefined {
  const known = standalone.get(label) ?? strictDecoder(label);
  standalone.set(label, known);
  return known;
}

/** Text with code extension (ISO 2022 as PS3.5 6.1.2.5 restricts it), run by run. */
class ExtendedText {
  private text = '';
  private runs = 0;
  private exact = true;
  private g0: Repertoire | undefined;
  private g1: Repertoire | undefined;

  constructor(
    private readonly initial: Repertoire | undefined,
    private readonly delimiters: string,
  ) {
    this.g1 = initial;
  }

  decode(value: Buffer): DecodedText {
    let at = 0;
    while (at < value.length) at = value[at] === ESC ? this.escape(value, at) : this.run(value, at);
    return { text: this.text, exact: this.exact };
  }

  private escape(value: Buffer, at: number): number {
    for (const length of [2, 3]) {
      const sequence = value.toString('latin1', at + 1, at + 1 + length);
      if (sequence === '(B' || sequence === '(J') this.g0 = undefined;
      const called = byEscape.get(sequence);
      if (called?.slot === 'G0') this.g0 = called;
      if (called?.slot === 'G1') this.g1 = called;
      if (called !== undefined || sequence === '(B' || sequence === '(J') return at + 1 + length;
    }
    this.exact = false;
    this.text += '\x1b';
    return at + 1;
  }

  /** Bytes that one set explains: up to an escape, a delimiter or a change between G0 and G1. */
  private run(value: Buffer, start: number): number {
    const first = value[start] ?? 0;
    const high = first >= 0x80;
    if (!high && (this.g0 === undefined || first <= 0x20)) return this.plain(first, start);
    const set = high ? this.g1 : this.g0;
    let end = start + 1;
    while (end < value.length && isGraphic(value[end] ?? 0, high)) end += 1;
    const bytes = value.subarray(start, end);
    this.runs += 1;
    const decoded = this.runs > MAX_RUNS ? undefined : set?.decode(bytes);
    this.exact &&= decoded !== undefined;
    this.text += decoded ?? bytes.toString('latin1');
    return end;
  }

  private plain(byte: number, at: number): number {
    const character = String.fromCharCode(byte);
    this.text += character;
    if (this.delimiters.includes(character)) {
      this.g0 = undefined;
      this.g1 = this.initial;
    }
    return at + 1;
  }
}

function isGraphic(byte: number, high: boolean): boolean {
  return high ? byte >= 0x80 : byte > 0x20 && byte < 0x80;
}
