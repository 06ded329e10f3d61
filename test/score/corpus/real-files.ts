import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readOutput } from '../scorer/read-output.ts';
import type { AnswerSheet, CorpusObject, PlantedWord } from './corpus.types.ts';

/** Public files beside the repository, where they are: nothing of them is planted, so their own header says who they are. */
const IDENTIFIERS = ['00100010', '00100020', '00080050', '00101040', '00102154', '00380010'];
const UIDS = ['00080018', '0020000D', '0020000E', '00020003'];
/** Shorter ones stand in other words. */
const SHORTEST = 5;

/** Every well-formed file of a folder, with the boxes that its BURNED-IN.tsv tells. */
export function realFiles(folder: string): CorpusObject[] {
  if (!existsSync(folder)) return [];
  const boxes = boxesOf(join(folder, 'BURNED-IN.tsv'));
  return readdirSync(folder)
    .filter((name) => name.endsWith('.dcm'))
    .sort()
    .map((name) => realFile(name, readFileSync(join(folder, name)), boxes.get(name) ?? []));
}

function realFile(name: string, file: Buffer, words: readonly PlantedWord[]): CorpusObject {
  const known = { name: name.replace(/\.dcm$/, ''), group: 'real', patient: '', words, valid: true };
  const outcome: AnswerSheet['outcome'] = 'either';
  try {
    const { elements } = readOutput(file);
    const textAt = (tag: string): string => elements.get(tag)?.text ?? '';
    const identifying = IDENTIFIERS.map(textAt)
      .filter((text) => text.length >= SHORTEST)
      .map((text) => Buffer.from(text));
    const planted = UIDS.filter((tag) => textAt(tag) !== '').map((tag) => {
      return { row: tag, path: tag, vr: 'UI', value: textAt(tag), token: textAt(tag) };
    });
    return { file, sheet: { ...known, outcome, planted, identifying } };
  } catch {
    // dcmjs reads less than the pipeline does: then only what comes out is judged.
    return { file, sheet: { ...known, outcome, planted: [], identifying: [] } };
  }
}

function boxesOf(path: string): Map<string, PlantedWord[]> {
  const boxes = new Map<string, PlantedWord[]>();
  if (!existsSync(path)) return boxes;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const [file = '', frames = '', ...rest] = line.split('\t');
    const [x = 0, y = 0, width = 0, height = 0] = rest.slice(0, 4).map(Number);
    const expected = rest[6]?.trim();
    if (expected !== 'mask' && expected !== 'keep' && expected !== 'optional') continue;
    const word: PlantedWord = {
      ...{
        text: `${rest[5] ?? ''} at ${x},${y}`,
        box: { x, y, width, height },
        sizePx: height,
        background: 'real',
      },
      ...{ frame: frames === 'all' ? 'all' : Number(frames), expected },
    };
    boxes.set(file, [...(boxes.get(file) ?? []), word]);
  }
  return boxes;
}
