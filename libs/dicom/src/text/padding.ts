/** The text without the spaces and NULs at its end (PS3.5 6.2). Linear, which a regular expression is not. */
export function unpadded(text: string): string {
  let end = text.length;
  while (end > 0 && (text.charCodeAt(end - 1) === 0x20 || text.charCodeAt(end - 1) === 0)) end -= 1;
  return text.slice(0, end);
}
