import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Codecs } from '@sluice/dicom';
import type { AnswerSheet, CorpusObject, PlantedWord } from './corpus/corpus.types.ts';
import type { ExpectedRow } from './expectation/expectation.ts';
import type { FileOutcome, FolderRun } from './run/deidentify-folder.ts';
import type { ProfileCase } from './run/profiles.ts';
import type { Check } from './scorer/check.types.ts';
import { withLookOfOthers } from './look-of-others.ts';
import { judgeAcross, type Released } from './scorer/judge-across.ts';
import { judgeIdentifying } from './scorer/judge-identifying.ts';
import { canJudgeIod, judgeIod } from './scorer/judge-iod.ts';
import { judgeMarkers } from './scorer/judge-markers.ts';
import { judgePixels } from './scorer/judge-pixels.ts';
import { judgePlanted, type Judging } from './scorer/judge-planted.ts';
import type { OtherReader } from './scorer/other-readers.ts';
import { type ReadObject, readOutput } from './scorer/read-output.ts';

/** A check and the object that it is of; what compares objects is of none. */
export interface ObjectCheck extends Check {
  readonly object: string;
}

/** An object that was not released. */
export interface Held {
  readonly object: string;
  readonly expected: AnswerSheet['outcome'];
  readonly reason: string;
  /** Why nobody could take it for a well-formed file; only where that was looked at. */
  readonly illFormed?: string;
  /** Words in its pixels. */
  readonly words: readonly Pick<PlantedWord, 'text' | 'sizePx' | 'expected' | 'runs'>[];
}

/** One profile over one corpus. */
export interface ProfileScore {
  readonly profile: string;
  readonly objects: number;
  readonly released: number;
  readonly held: readonly Held[];
  readonly checks: readonly ObjectCheck[];
  /** Of the well-formed files, those that policy holds apart: how many there were, and were released; only where that was looked at. */
  readonly wellFormed?: { readonly total: number; readonly released: number };
  /** Of the pipeline alone. */
  readonly seconds: number;
}

export interface ScoreRequest {
  /** What the corpus is, beside the profile's name in the results. */
  readonly part: string;
  readonly corpus: readonly CorpusObject[];
  readonly profiles: readonly ProfileCase[];
  readonly rows: readonly ExpectedRow[];
  /** Inputs and outputs are written below. */
  readonly folder: string;
  readonly codecs: Codecs;
  /** Profiles whose outputs `dciodvfy` looks at, where it is installed: each look is a process. */
  readonly judgeIodOf: ReadonlySet<string>;
  /** Who else reads what comes out; none: nobody is asked. */
  readonly readers?: readonly OtherReader[];
  readonly deidentify: (run: FolderRun) => Promise<readonly FileOutcome[]>;
  readonly say: (line: string) => void;
}

/** Runs every profile over the corpus, and judges what comes out. */
export async function runScore(request: ScoreRequest): Promise<ProfileScore[]> {
  const { corpus, folder, profiles, readers, say } = request;
  const input = join(folder, 'in');
  await mkdir(input);
  for (const { sheet, file } of corpus) await writeFile(join(input, `${sheet.name}.dcm`), file);
  const scores: ProfileScore[] = [];
  for (const [at, profile] of profiles.entries()) {
    const { score: own, outputs } = await scoreProfile(request, profile);
    const score = readers ? withLookOfOthers(own, { corpus, folder: input, readers, outputs }) : own;
    const misses = score.checks.filter(({ passed }) => !passed).length;
    say(
      `${at + 1}/${profiles.length} ${score.profile}: ${score.released} of ${score.objects} released, ${score.checks.length} checks, ${misses} missed`,
    );
    scores.push(score);
  }
  return scores;
}

async function scoreProfile(
  request: ScoreRequest,
  { name, profile, options }: ProfileCase,
): Promise<{ score: ProfileScore; outputs: Map<string, string> }> {
  const { corpus, folder, rows, deidentify } = request;
  const target = join(folder, `out-${name}`);
  const began = performance.now();
  const run = { input: join(folder, 'in'), output: target, profile, report: join(folder, `${name}.report`) };
  const outcomes = new Map((await deidentify(run)).map((outcome) => [outcome.input, outcome]));
  const seconds = (performance.now() - began) / 1000;
  const judging = { rows: new Map(rows.map((row) => [row.tag, row])), options };
  const [held, checks, released] = [[] as Held[], [] as ObjectCheck[], [] as Released[]];
  const outputs = new Map<string, string>();
  for (const object of corpus) {
    const outcome = outcomes.get(`${object.sheet.name}.dcm`);
    if (!outcome) throw new Error(`the report does not speak of ${object.sheet.name}`);
    if (outcome.output === undefined) {
      held.push(heldOf(object.sheet, outcome));
      continue;
    }
    const file = outcome.output;
    outputs.set(object.sheet.name, file);
    const output = readOrFail(await readFile(file));
    if (!output) {
      checks.push({ ...NOT_READ, object: object.sheet.name, passed: !readOrFail(object.file) });
      continue;
    }
    const read = { sheet: object.sheet, output };
    released.push(read);
    const iod = request.judgeIodOf.has(name) ? iodOf(object, { folder, file }) : [];
    const made = [
      ...judgeHeader(read, judging),
      ...(await judgePixels(object, file, request.codecs)),
      ...iod,
    ];
    checks.push(...made.map((check) => ({ ...check, object: object.sheet.name })));
  }
  checks.push(...judgeAcross(released, options).map((check) => ({ ...check, object: 'all' })));
  const score = {
    profile: `${request.part}: ${name}`,
    objects: corpus.length,
    released: released.length,
    ...{ held, checks, seconds },
  };
  return { score, outputs };
}

/** An output that dcmjs does not read, though it reads the original. */
const NOT_READ = { kind: 'iod-valid', at: 'dcmjs' } as const;

function readOrFail(file: Buffer): ReadObject | undefined {
  try {
    return readOutput(file);
  } catch {
    return undefined;
  }
}

function judgeHeader({ sheet, output }: Released, judging: Judging): Check[] {
  return [
    ...judgePlanted(sheet, output, judging),
    ...judgeIdentifying(sheet, output),
    ...judgeMarkers(output, judging.options),
  ];
}

const judgesIod = canJudgeIod();

function iodOf({ sheet }: CorpusObject, { folder, file }: { folder: string; file: string }): Check[] {
  return sheet.valid && judgesIod ? judgeIod(join(folder, 'in', `${sheet.name}.dcm`), file) : [];
}

function heldOf(sheet: AnswerSheet, { code = '', detail = '' }: FileOutcome): Held {
  const words = sheet.words.map(({ text, sizePx, expected, runs }) => {
    return { text, sizePx, expected, ...(runs && { runs }) };
  });
  return { object: sheet.name, expected: sheet.outcome, reason: `${code}: ${detail}`, words };
}
