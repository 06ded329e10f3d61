import { deidentify } from '@sluice/cli/commands/deidentify';
import { ownDesk } from '@sluice/cli/desk';
import type { Output } from '@sluice/cli/output';
import { type FileOutcome, type FolderRun, readReport, wordsOf } from './deidentify-folder.ts';

const SILENT: Output = {
  json: false,
  table: () => {},
  say: () => {},
  value: () => {},
  complain: () => {},
  progress: () => {},
};

/** Runs `sluice deidentify` in this process; its doors are those of the environment. */
export async function deidentifyInProcess(run: FolderRun): Promise<FileOutcome[]> {
  await deidentify.run(wordsOf(run), SILENT, ownDesk());
  return readReport(run.report);
}
