import { mkdir, readdir } from 'node:fs/promises';
import { SluiceError } from '@sluice/contracts';
import { written } from '../file-errors.js';
import { isDraft } from '../private-file.js';

/**
 * Makes the folder OUT of a run (0700), or takes one that is there and empty, as open as it is: what an earlier run released, or left
 * half written when it was killed, would pass for what this run released.
 * @throws SluiceError CLI_OUT_NOT_EMPTY, CLI_OUT_UNWRITABLE
 */
export async function openOut(folder: string): Promise<void> {
  const names = await written('the folder', async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return readdir(folder);
  });
  if (names.length === 0) return;
  const drafts = names.filter(isDraft).length;
  const unchecked = `; .part files of a run that was killed, never checked, to be deleted: ${drafts}`;
  throw new SluiceError('CLI_OUT_NOT_EMPTY', {
    detail: `names in OUT: ${names.length}${drafts > 0 ? unchecked : ''}`,
  });
}
