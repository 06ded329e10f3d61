import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Identity, ResidueKind } from './identity/identity.types.js';

/** What is looked for in bytes. */
export type RawIdentity = Pick<Identity, 'raw' | 'uids' | 'technicalNumbers'>;

/** Longer than any word that is looked for. */
const OVERLAP = 4096;
/** Handled before other work gets a turn; bytes. */
const TURN_BYTES = 256 * 1024;
const WORD = /[A-Za-z0-9\x80-\xff]+/g;
const NUMBER = /[0-9.]+/g;

/**
 * The cheap look: identifying words and original UIDs as they are encoded, in bytes that nobody has read, in linear time. It sees what stands
 * in no element, in numbers and in long tables; what is encoded otherwise is for the second engine. Returns what kind was found, never what.
 * A number that a technical attribute has too is no hit.
 */
export async function findResidue(header: Buffer, identity: RawIdentity): Promise<ResidueKind | undefined> {
  let carry = '';
  for await (const piece of slices(header)) {
    const text = carry + piece;
    for (const word of tokensOf(text, WORD)) if (identity.raw.has(word) && !/^\d+$/.test(word)) return 'word';
    for (const number of tokensOf(text, NUMBER)) {
      if (identity.uids.has(number)) return 'UID';
      if (identity.raw.has(number) && !identity.technicalNumbers.has(number)) return 'number';
    }
    carry = text.slice(-OVERLAP).replace(/^[\w.\x80-\xff]+/, '');
  }
  return undefined;
}

/** Pieces of bounded size, one character per byte. */
async function* slices(header: Buffer): AsyncGenerator<string> {
  for (let at = 0; at < header.length; at += TURN_BYTES) {
    if (at > 0) await nextTurn();
    yield header.toString('latin1', at, at + TURN_BYTES);
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
