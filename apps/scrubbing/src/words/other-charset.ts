/**
 * Text whose bytes say that they are of another character set than the object names. The commonest of all: Chinese in GBK or UTF-8 under
 * ISO_IR 100, which reads without a fault as Latin letters, so that no name is recognised in it.
 */
import { isUtf8 } from 'node:buffer';

/** Latin repertoires, in which letters beyond ASCII stand alone among ASCII ones; none named is ASCII. */
const LATIN = new Set(['', '6', '100', '101', '109', '110', '148', '203']);
const CHINESE = new Set(['GBK', 'GB18030']);
const TERM = /^ISO[ _-]?(?:2022[ _-]?)?IR[ _-]?(\d+)$/i;
/** Two of them are what one Chinese character of GBK looks like, three one of UTF-8. */
const TWO_HIGH = /[\x80-\xff]{2}/;

/**
 * True where a value that was read in its character set may be Chinese in another one: two bytes beyond ASCII in a row under a Latin set
 * (which holds back a Größe that must stay as it is, too), or what is UTF-8 under GBK and GB 18030.
 */
export function mayBeOtherCharset(value: Buffer, charset: readonly string[]): boolean {
  const bytes = value.toString('latin1');
  if (!TWO_HIGH.test(bytes)) return false;
  const names = charset.map((term) => TERM.exec(term)?.[1] ?? term.toUpperCase());
  if (CHINESE.has(names[0] ?? '')) return isUtf8(value);
  // With an escape the value itself says what its bytes are.
  return !bytes.includes('\x1b') && LATIN.has(names[0] ?? '');
}
