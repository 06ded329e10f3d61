/** The word without case and diacritics, as names are compared; ß is ss (Unicode NFKD). */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss');
}

const UMLAUTS: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', å: 'aa', ø: 'oe', æ: 'ae' };

/** Every way in which a word may be written without its diacritics: `Müller` is muller and mueller. */
export function foldings(text: string): readonly string[] {
  const spelled = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[äöüåøæ]/g, (letter) => UMLAUTS[letter] ?? letter);
  return [...new Set([fold(text), fold(spelled)])];
}
