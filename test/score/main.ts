// `npm run score [-- --results=FOLDER]`: builds the corpus, runs the pipeline over it, judges what comes out, and writes one dated result file.
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine } from '../bench/machine.ts';
import { countGroups, headerCorpus } from './corpus/build-corpus.ts';
import { expectedRows } from './expectation/expectation.ts';
import { markdownOf } from './report/markdown.ts';
import { newMisses, resultOf, type Results } from './report/results.ts';
import { byCommand } from './run/by-command.ts';
import { optionProfiles, shippedProfiles } from './run/profiles.ts';
import { runScore } from './score.ts';
import { canJudgeIod } from './scorer/judge-iod.ts';

const below = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const STANDARD = below('../../../shared/standard/ps3.15-e1-1.tsv');
const { values } = parseArgs({ options: { results: { type: 'string', default: below('results') } } });
const say = (line: string): void => console.log(line);

const machine = describeMachine();
const began = performance.now();
const hasStandard = existsSync(STANDARD);
const rows = expectedRows(hasStandard ? readFileSync(STANDARD, 'utf8') : undefined);
const folder = await mkdtemp(join(tmpdir(), 'sluice-score-'));
try {
  const corpus = headerCorpus(rows);
  const profiles = [...(await shippedProfiles()), ...(await optionProfiles(folder))];
  const judgeIodOf = new Set(profiles.map(({ name }) => name));
  const scores = await runScore({
    corpus,
    profiles,
    rows,
    folder,
    judgeIodOf,
    say,
    deidentify: byCommand(folder),
  });
  const results: Results = {
    machine,
    seconds: (performance.now() - began) / 1000,
    judgedBy: hasStandard
      ? 'the table of the standard'
      : 'the table of this folder: ../shared/standard is not there',
    corpus: countGroups(corpus),
    profiles: scores.map(resultOf),
    missing: canJudgeIod() ? [] : ['whether IODs are valid: dciodvfy (Debian: dicom3tools) is not installed'],
  };
  const file = join(values.results, `${machine.date.slice(0, 10)}-${machine.commit}`);
  await mkdir(values.results, { recursive: true });
  await writeFile(`${file}.json`, `${JSON.stringify(results, null, 1)}\n`);
  await writeFile(`${file}.md`, markdownOf(results));
  const fresh = newMisses(results.profiles);
  for (const { profile, kind, row, found } of fresh) say(`MISSED ${profile} ${kind} ${row}: ${found}`);
  say(`written: ${file}.md`);
  process.exitCode = fresh.length > 0 ? 1 : 0;
} finally {
  await rm(folder, { recursive: true, force: true });
}
