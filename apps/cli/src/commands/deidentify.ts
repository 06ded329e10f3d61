import { open, type FileHandle } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import type { Keys } from '@sluice/crypto';
import { splitPart10 } from '@sluice/dicom';
import { identify } from '@sluice/intake/identify';
import { Peer } from '@sluice/intake/peers';
import { readIdentifiers } from '@sluice/intake/read-identifiers';
import type { PixelTools } from '@sluice/scrubbing/pixels/look/look-at-pixels';
import { openPixelTools } from '@sluice/scrubbing/pixels/open-pixel-tools';
import { loadProfile } from '@sluice/scrubbing/profile-file/load-profile';
import type { Profile } from '@sluice/scrubbing/profile/profile';
import { uidOf } from '@sluice/scrubbing/profile/uid-map';
import { dayOffsetOf, pseudonymOf } from '@sluice/scrubbing/pseudonym';
import { openSecondEngine, type SecondEngine } from '@sluice/scrubbing/residual/second-engine';
import { scrubObject } from '@sluice/scrubbing/scrub-object';
import { collectBeforeImagesPileUp } from '@sluice/service/heap';
import { EXIT, parse, usage, type Command } from '../command.js';
import type { Change } from '../deidentify/difference.js';
import { createTrial, type Trial } from '../deidentify/dry-run.js';
import { oneAhead } from '../deidentify/one-ahead.js';
import { openOut } from '../deidentify/open-out.js';
import { refusalOf } from '../deidentify/refusal.js';
import { withDoors } from '../doors.js';
import { readInput, written } from '../file-errors.js';
import { listFiles } from '../find-instances.js';
import type { Output } from '../output.js';
import { privateFile } from '../private-file.js';

/** One line of the report: one JSON object per file. */
interface ReportLine {
  readonly input: string;
  readonly output?: string;
  readonly outcome: 'released' | 'quarantined' | 'refused';
  readonly code?: string;
  readonly detail?: string;
  /** Of a dry run: what would change, with the original values. */
  readonly changes?: readonly Change[];
}

const OPTIONS = {
  profile: { type: 'string' },
  report: { type: 'string' },
  tenant: { type: 'string' },
  'dry-run': { type: 'boolean' },
} as const;

/** Of frames, outside the heap; a large frame has more and is collected for more often. */
const MOST_IMAGE_BYTES = 24 * 1024 * 1024;
/** A person waits: a film that takes longer is quarantined. */
const LONGEST_LOOK_SECONDS = 3600;

/** `sluice deidentify`: folder to folder with the scrubbing use case and nothing else. */
export const deidentify: Command = {
  summary: 'de-identify a folder into another, with a report; --dry-run shows the difference tag by tag',
  usage: [
    'deidentify IN OUT [--profile NAME|FILE] [--report FILE] [--tenant ID]',
    'deidentify IN --dry-run [--profile NAME|FILE] [--report FILE]',
  ],
  async run(args, output) {
    const { values, positionals } = parse(args, OPTIONS);
    const [input, target] = positionals;
    const dry = values['dry-run'] ?? false;
    if (!input || (!target && !dry)) throw usage('deidentify needs IN and OUT');
    const profile = await loadProfile(values.profile ?? 'basic');
    const files = await listFiles(input);
    // Before the report, which may be asked for in the same folder.
    if (target && !dry) await openOut(target);
    const report = values.report ? await openReport(values.report) : undefined;
    const pixels = openPixelTools({ threads: 1, timeoutSeconds: LONGEST_LOOK_SECONDS });
    const secondEngine = openSecondEngine();
    const tools = { pixels, secondEngine };
    const run = { files, input, output, report };
    const stopCollecting = collectBeforeImagesPileUp(MOST_IMAGE_BYTES);
    try {
      return dry
        ? await tryOut(run, createTrial(profile, tools))
        : await writeClean(run, { target: target ?? '', profile, ...tools, tenant: values.tenant ?? 't1' });
    } finally {
      stopCollecting();
      await Promise.all([report?.close(), pixels.close(), secondEngine.close()]);
    }
  },
};

/** What both ways of running share. */
interface Run {
  readonly files: readonly string[];
  readonly input: string;
  readonly output: Output;
  readonly report: FileHandle | undefined;
}

function writeClean(
  run: Run,
  { target, ...how }: Omit<Task, 'input' | 'output'> & { target: string },
): Promise<number> {
  return withDoors(async (doors) => {
    const keys = await doors.keysAlone();
    return eachFile(run, {
      work: (input, at) => deidentifyFile(keys, { input, output: join(target, outputName(at)), ...how }),
      tell: (input, line) => run.output.value({ ...line, input }),
    });
  });
}

/** Prints the difference to the person who asked; nothing is written but the report. */
function tryOut(run: Run, attempt: (file: string) => Promise<Trial>): Promise<number> {
  run.output.say('What is shown holds original values. Pseudonym, days and UIDs are examples.');
  return eachFile(run, {
    work: attempt,
    tell(input, { changes, ...rest }) {
      const words = [rest.outcome, rest.code, rest.detail].filter(Boolean).join(' ');
      run.output.say(`\n${input}: ${words}`);
      if (run.output.json) run.output.value({ input, ...rest, changes });
      else run.output.table(changes.map(({ at, action, before, after }) => ({ at, action, before, after })));
    },
  });
}

/** What is done to each file, and told of it in the files' order, by its name below the folder. */
interface Doing<L> {
  work(file: string, at: number): Promise<L>;
  tell(input: string, line: L): void;
}

async function eachFile<L extends Omit<ReportLine, 'input'>>(
  { files, input: folder, output, report }: Run,
  { work, tell }: Doing<L>,
): Promise<number> {
  const counts = { released: 0, quarantined: 0, refused: 0 };
  let told = 0;
  for await (const { file, line } of oneAhead(files, work)) {
    // Of a file that is IN itself there is no way below IN.
    const input = relative(folder, file) || basename(file);
    tell(input, line);
    counts[line.outcome] += 1;
    await written('the report', async () => report?.writeFile(`${JSON.stringify({ ...line, input })}\n`));
    output.progress('de-identified', (told += 1), files.length);
  }
  output.say(
    `${files.length} files: ${counts.released} released, ${counts.quarantined} quarantined, ${counts.refused} refused`,
  );
  return counts.released === files.length ? EXIT.done : EXIT.incomplete;
}

interface Task {
  readonly input: string;
  readonly output: string;
  readonly tenant: string;
  readonly profile: Profile;
  readonly pixels: PixelTools;
  readonly secondEngine: SecondEngine;
}

async function deidentifyFile(keys: Keys, task: Task): Promise<Omit<ReportLine, 'input'>> {
  try {
    const replacements = await replacementsOf(keys, task);
    const verdict = await privateFile(task.output, async (draft) => {
      const { input, profile, pixels, secondEngine } = task;
      const source = { open: () => readInput(input) };
      const judged = await scrubObject({ source, replacements, profile, pixels, secondEngine }, (clean) =>
        draft.write(clean),
      );
      if (judged.outcome === 'clean') await draft.keep();
      return judged;
    });
    if (verdict.outcome === 'clean') return { outcome: 'released', output: task.output };
    return { outcome: 'quarantined', code: verdict.code, detail: verdict.detail };
  } catch (error) {
    return refusalOf(error);
  }
}

/** The same keys as the pipeline's: the same patient and UIDs map to the same here and there. */
async function replacementsOf(keys: Keys, { input, tenant }: Task) {
  const { meta, dataSet } = await splitPart10(readInput(input));
  const { identifiers, replay } = await readIdentifiers(dataSet, meta.transferSyntaxUID);
  await replay.return?.(undefined);
  const tenantKeys = await keys.tenant(tenant, ['tenant-identity', 'tenant-uid']);
  const { subjectKey } = identify(tenantKeys, Peer.parse({ name: 'folder', tenant }), identifiers);
  const secret = await keys.subject(tenant, subjectKey).pseudonym();
  return {
    pseudonym: pseudonymOf(secret),
    dayOffset: dayOffsetOf(secret),
    newUid: (original: string) => uidOf(tenantKeys.uid(original)),
  };
}

/** File names may identify: outputs are numbered, and the report says which is which. */
const outputName = (at: number): string => `${String(at + 1).padStart(6, '0')}.dcm`;

/** For its owner alone, also where a file of that name was there before. */
function openReport(path: string): Promise<FileHandle> {
  return written('the report', async () => {
    const report = await open(path, 'w', 0o600);
    await report.chmod(0o600);
    return report;
  });
}
