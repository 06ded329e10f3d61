import type { IdentifyingWords } from './identifying-words.js';

/**
 * Looks for identifying words and original UIDs in an output header (one character per byte): a second look that shares no rule with
 * the first. Returns what kind was found, never what. A number that was also kept as a technical number is no hit.
 */
export function findResidue(
  header: string,
  identity: Pick<IdentifyingWords, 'words' | 'uids' | 'keptNumbers'>,
): 'word' | 'number' | 'uid' | undefined {
  for (const uid of identity.uids) if (standsIn(header, uid, isUidCharacter)) return 'uid';
  for (const word of identity.words) {
    const numeric = /^\d+$/.test(word);
    if (!standsIn(header, word, numeric ? isUidCharacter : isWordCharacter)) continue;
    if (!numeric) return 'word';
    if (!identity.keptNumbers.some((value) => standsIn(value.toString('latin1'), word, isUidCharacter)))
      return 'number';
  }
  return undefined;
}

/** True where the word stands alone. Behind it the low byte of a next tag may look like a letter: then a NUL follows. */
function standsIn(text: string, word: string, continues: (code: number) => boolean): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const end = at + word.length;
    if (at > 0 && continues(text.charCodeAt(at - 1))) continue;
    if (end >= text.length || !continues(text.charCodeAt(end)) || text.charCodeAt(end + 1) === 0) return true;
  }
  return false;
}

function isWordCharacter(code: number): boolean {
  return (
    (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code >= 128
  );
}

function isUidCharacter(code: number): boolean {
  return (code >= 48 && code <= 57) || code === 46;
}
