import type { ObjectCheck } from '../score.ts';
import type { OtherReader, Reach } from './other-readers.ts';
import { readOutput } from './read-output.ts';

/** An object, the file it was and the file it became. */
export interface Became {
  readonly object: string;
  readonly original: string;
  readonly output: string;
}

const REACHES: readonly Reach[] = ['none', 'elements', 'pixels'];

/** Each reader comes as far in an output as in its original. */
export function judgeReadable(all: readonly Became[], readers: readonly OtherReader[]): ObjectCheck[] {
  return readers.flatMap((reader) => {
    const reached = reader.read(all.flatMap(({ original, output }) => [original, output]));
    const reach = (file: string): Reach => reached.get(file) ?? 'none';
    return all.map(({ object, original, output }): ObjectCheck => {
      const [before, after] = [reach(original), reach(output)];
      const passed = REACHES.indexOf(after) >= REACHES.indexOf(before);
      return {
        ...{ object, kind: 'readable', at: reader.name.replace(/ .*/, ''), passed },
        ...(!passed && { found: `read: ${after}, of the original: ${before}` }),
      };
    });
  });
}

const UIDS: readonly (readonly [tag: string, name: string])[] = [
  ['00020010', 'transfer syntax'],
  ['00080016', 'SOP class'],
  ['00080018', 'SOP instance UID'],
  ['0020000D', 'study UID'],
  ['0020000E', 'series UID'],
];
const PIXELS = ['7FE00010', '7FE00008', '7FE00009'];

/**
 * Why a file is not well-formed; undefined where it is: dcmjs reads it to its end, it has the five UIDs that every object must have, and where it has
 * pixels some other reader decodes them as its header says. Nothing of ours has a say. `reaches`: how far each reader came; none: nobody asked.
 */
export function illFormed(file: Buffer, reaches: readonly Reach[]): string | undefined {
  try {
    const { elements } = readOutput(file);
    const missing = UIDS.filter(
      ([tag]) => (elements.get(tag)?.text ?? '').replaceAll('\0', '').trim() === '',
    );
    if (missing.length > 0) return `without ${missing.map(([, name]) => name).join(', ')}`;
    const undecoded = reaches.length > 0 && !reaches.includes('pixels');
    if (undecoded && PIXELS.some((tag) => elements.has(tag))) return 'pixels that no other reader decodes';
    return undefined;
  } catch {
    return 'dcmjs cannot read it';
  }
}
