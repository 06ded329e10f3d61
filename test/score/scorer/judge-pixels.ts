import type { CorpusObject } from '../corpus/corpus.types.ts';
import type { Check } from './check.types.ts';

export async function judgePixels(_object: CorpusObject, _file: string): Promise<Check[]> {
  return [];
}
