// `npm run score [-- --only=headers,pixels,real] [-- --results=FOLDER]`: builds the corpus, runs the pipeline over it, judges what comes out, and writes
// one dated result file.
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createCodecs } from '@sluice/dicom';
import { describeMachine } from '../bench/machine.ts';
import { countGroups } from './corpus/build-corpus.ts';
import type { CorpusObject } from './corpus/corpus.types.ts';
import { expectedRows } from './expectation/expectation.ts';
import { type Ground, type Part, PARTS, runPart } from './parts.ts';
import { aimsOf, isMet } from './report/aims.ts';
import { markdownOf } from './report/markdown.ts';
import { recallOf } from './report/recall.ts';
import { newMisses, resultOf, type Results } from './report/results.ts';
import { byCommand } from './run/by-command.ts';
import type { ProfileScore } from './score.ts';
import { canJudgeIod } from './scorer/judge-iod.ts';
import { otherReaders } from './scorer/other-readers.ts';

const below = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const SHARED = below('../../../shared');
const STANDARD = join(SHARED, 'standard/ps3.15-e1-1.tsv');
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: PARTS.join(',') },
    results: { type: 'string', default: below('results') },
  },
});
const wanted = values.only.split(',');
const parts = PARTS.filter((part) => wanted.includes(part));
if (parts.length !== wanted.length) throw new Error(`there are the parts ${PARTS.join(', ')}`);
const say = (line: string): void => console.log(line);

const results = await score(parts);
const file = join(values.results, `${results.machine.date.slice(0, 10)}-${results.machine.commit}`);
await mkdir(values.results, { recursive: true });
await writeFile(`${file}.json`, `${JSON.stringify(results, null, 1)}\n`);
await writeFile(`${file}.md`, markdownOf(results));
const fresh = newMisses(results.profiles);
for (const { profile, kind, row, found } of fresh) say(`MISSED ${profile}, ${kind}, ${row}: ${found}`);
for (const aim of results.aims)
  say(`${isMet(aim) ? 'met   ' : 'MISSED'} ${aim.right} of ${aim.total} ${aim.measure}, aim ${aim.atLeast}`);
say(`written: ${file}.md`);
process.exitCode = fresh.length > 0 || !results.aims.every(isMet) ? 1 : 0;

async function score(wantedParts: readonly Part[]): Promise<Results> {
  const machine = describeMachine();
  const began = performance.now();
  const hasStandard = existsSync(STANDARD);
  const folder = await mkdtemp(join(tmpdir(), 'sluice-score-'));
  const codecs = createCodecs();
  const readers = otherReaders();
  const ground: Ground = {
    ...{ folder, codecs, say, readers, deidentify: byCommand(folder), realFolder: join(SHARED, 'dicom') },
    rows: expectedRows(hasStandard ? readFileSync(STANDARD, 'utf8') : undefined),
  };
  const [corpus, scores]: [CorpusObject[], ProfileScore[]] = [[], []];
  try {
    for (const part of wantedParts) {
      const run = await runPart(part, ground);
      corpus.push(...run.corpus);
      scores.push(...run.scores);
    }
  } finally {
    await codecs.close();
    await rm(folder, { recursive: true, force: true });
  }
  const recall = scores.map(recallOf).filter(({ masked }) => masked.length > 0);
  return {
    ...{
      machine,
      recall,
      corpus: countGroups(corpus),
      profiles: scores.map(resultOf),
      aims: aimsOf(recall, scores),
    },
    readers: readers.map(({ name }) => name),
    seconds: (performance.now() - began) / 1000,
    judgedBy: hasStandard
      ? "the standard's table"
      : 'the table of test/score: ../shared/standard is not there',
    missing: [
      ...(canJudgeIod() ? [] : ['whether IODs are valid: dciodvfy (Debian: dicom3tools) is not installed']),
      ...['DCMTK', 'pydicom']
        .filter((name) => !readers.some((reader) => reader.name.startsWith(name)))
        .map(
          (name) =>
            `whether ${name} reads what comes out: it is not installed (SCORE_PYTHON names a Python with pydicom)`,
        ),
      ...(existsSync(ground.realFolder) ? [] : ['public files: ../shared/dicom is not there']),
    ],
  };
}
