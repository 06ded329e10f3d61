import { fileURLToPath } from 'node:url';

/** Path of a file checked in beside `src`: the same from `src` and from `dist`. */
export function asset(name: string): string {
  return fileURLToPath(new URL(`../${name}`, import.meta.url));
}
