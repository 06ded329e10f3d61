import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, isSluiceError } from '@sluice/contracts';
import { splitPart10, type InstanceToSend } from '@sluice/dicom';
import { readIdentifiers } from '@sluice/intake/read-identifiers';
import { usage } from './command.js';

/** A file that can be offered to a peer. */
export interface FileInstance extends InstanceToSend {
  readonly file: string;
}

/** A file that cannot: why, by code. */
export interface UnsendableFile {
  readonly file: string;
  readonly code: string;
}

/** Every file under a folder, in name order; a file is itself. Links are not followed. @throws SluiceError CLI_USAGE */
export async function listFiles(folder: string): Promise<string[]> {
  const found = await stat(folder).catch(() => undefined);
  if (!found) throw usage('there is no such folder');
  if (found.isFile()) return [folder];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw usage(`a folder cannot be read: ${errnoOf(cause) ?? 'unknown'}`);
  });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** The heads of many files, one at a time: a folder may hold more files than a process may open. */
export async function readFileInstances(
  files: readonly string[],
): Promise<{ sendable: FileInstance[]; unsendable: UnsendableFile[] }> {
  const sendable: FileInstance[] = [];
  const unsendable: UnsendableFile[] = [];
  for (const file of files) {
    const read = await readFileInstance(file);
    if ('dataSet' in read) sendable.push(read);
    else unsendable.push(read);
  }
  return { sendable, unsendable };
}

/** Reads the head of a file: what its data set says that it is, or why it cannot be sent. */
async function readFileInstance(file: string): Promise<FileInstance | UnsendableFile> {
  try {
    const { meta, dataSet } = await splitPart10(createReadStream(file));
    const { identifiers, replay } = await readIdentifiers(dataSet, meta.transferSyntaxUID);
    await replay.return?.(undefined);
    return {
      file,
      sopClassUID: identifiers.SOPClassUID,
      sopInstanceUID: identifiers.SOPInstanceUID,
      transferSyntaxUID: meta.transferSyntaxUID,
      dataSet: () => dataSetOf(file),
    };
  } catch (error) {
    return { file, code: isSluiceError(error) ? error.code : 'CLI_FILE_UNREADABLE' };
  }
}

async function* dataSetOf(file: string): AsyncGenerator<Buffer> {
  const { dataSet } = await splitPart10(createReadStream(file));
  yield* dataSet;
}
