import type { AnswerSheet } from '../corpus/corpus.types.ts';
import type { Check } from './check.types.ts';
import type { ReadObject } from './read-output.ts';

/** Nothing that tells who the person is may stand anywhere in the file, in no spelling that the original had. */
export function judgeIdentifying({ identifying }: AnswerSheet, { bytes, elements }: ReadObject): Check[] {
  return identifying.map((words) => {
    const passed = !bytes.includes(words);
    const text = words.toString('latin1');
    const at = passed ? undefined : [...elements].find(([, element]) => element.text.includes(text))?.[0];
    return {
      kind: 'text-removed',
      at: at ?? 'anywhere',
      passed,
      ...(!passed && { found: words.toString() }),
    };
  });
}
