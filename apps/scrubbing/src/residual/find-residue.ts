import { setImmediate as nextTurn } from 'node:timers/promises';
import type { IdentifyingWords } from './identifying-words.js';

/** What is looked for. */
export type Identity = Pick<IdentifyingWords, 'words' | 'uids' | 'keptNumbers'>;

/** Longer than any word that is looked for. */
const OVERLAP = 4096;
/** Handled before other work gets a turn; bytes. */
const TURN_BYTES = 256 * 1024;
const WORD = /[A-Za-z0-9\x80-\xff]+/g;
const NUMBER = /[0-9.]+/g;

/**
 * Looks for identifying words and original UIDs in an output header: a second look that shares no rule with the first, in linear time.
 * Returns what kind was found, never what. A number that was also kept as a technical number is no hit.
 */
export async function findResidue(
  header: AsyncIterable<Buffer>,
  identity: Identity,
): Promise<'word' | 'number' | 'uid' | undefined> {
  const technical = technicalNumbers(identity);
  let carry = '';
  for await (const piece of slices(header)) {
    const text = carry + piece;
    for (const word of tokensOf(text, WORD))
      if (identity.words.has(word) && !/^\d+$/.test(word)) return 'word';
    for (const number of tokensOf(text, NUMBER)) {
      if (identity.uids.has(number)) return 'uid';
      if (identity.words.has(number) && !technical(number)) return 'number';
    }
    carry = text.slice(-OVERLAP).replace(/^[\w.\x80-\xff]+/, '');
  }
  return undefined;
}

/** Pieces of bounded size, one character per byte. */
async function* slices(header: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let sinceTurn = 0;
  for await (const part of header) {
    for (let at = 0; at < part.length; at += TURN_BYTES) {
      const slice = part.toString('latin1', at, at + TURN_BYTES);
      sinceTurn += slice.length;
      yield slice;
      if (sinceTurn < TURN_BYTES) continue;
      sinceTurn = 0;
      await nextTurn();
    }
  }
}

/**
 * Every run of characters, and the same without its ends where these may be bytes of a neighbour: the low byte of the next tag, then a
 * NUL follows; the low byte of a length, then a NUL comes before.
 */
function* tokensOf(text: string, pattern: RegExp): Generator<string> {
  for (const { 0: token, index } of text.matchAll(pattern)) {
    yield token;
    const before = text.charCodeAt(index - 1) === 0;
    const after = text.charCodeAt(index + token.length) === 0;
    if (after) yield token.slice(0, -1);
    if (before) yield token.slice(1);
    if (before && after) yield token.slice(1, -1);
  }
}

/** Reads the kept numbers only once one is asked for. */
function technicalNumbers({ keptNumbers }: Identity): (number: string) => boolean {
  let known: Set<string> | undefined;
  return (number) => {
    known ??= new Set(keptNumbers.flatMap((value) => value.toString('latin1').match(NUMBER) ?? []));
    return known.has(number);
  };
}
