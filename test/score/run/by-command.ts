import { sluice } from '../../installation/sluice-command.ts';
import { type FileOutcome, type FolderRun, readReport, wordsOf } from './deidentify-folder.ts';
import { doorsIn } from './doors.ts';

const RELEASED_ALL = 0;
const SOME_HELD = 1;

/** Runs the built `sluice deidentify` as a process of its own, on doors in `folder`. */
export function byCommand(folder: string): (run: FolderRun) => Promise<FileOutcome[]> {
  return async (run) => {
    const { code, stderr } = await sluice(['deidentify', ...wordsOf(run)], {
      folder,
      environment: doorsIn(folder),
    });
    if (code !== RELEASED_ALL && code !== SOME_HELD)
      throw new Error(`sluice deidentify ended with ${code}: ${stderr}`);
    return readReport(run.report);
  };
}
