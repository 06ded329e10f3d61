import { readFile } from 'node:fs/promises';

/** What the pipeline did with one file. */
export interface FileOutcome {
  /** Name of the file below the input folder. */
  readonly input: string;
  readonly outcome: 'released' | 'quarantined' | 'refused';
  /** Path of the output; only of what was released. */
  readonly output?: string;
  readonly code?: string;
  readonly detail?: string;
}

/** One run of the pipeline's own command over a folder. */
export interface FolderRun {
  readonly input: string;
  readonly output: string;
  /** Name of a shipped profile, or a profile file. */
  readonly profile: string;
  readonly report: string;
  readonly tenant?: string;
}

/** The words of `sluice deidentify` for a run. */
export function wordsOf({ input, output, profile, report, tenant = 't1' }: FolderRun): string[] {
  return [input, output, '--profile', profile, '--report', report, '--tenant', tenant];
}

/** The report of a run: one line per file. */
export async function readReport(report: string): Promise<FileOutcome[]> {
  const lines = (await readFile(report, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as FileOutcome);
}
