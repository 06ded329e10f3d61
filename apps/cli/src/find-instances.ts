import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isSluiceError } from '@sluice/contracts';
import { splitPart10, type InstanceToSend } from '@sluice/dicom';
import { readIdentifiers } from '@sluice/intake/read-identifiers';

/** A file that can be offered to a peer. */
export interface FileInstance extends InstanceToSend {
  readonly file: string;
}

/** A file that cannot: why, by code. */
export interface UnsendableFile {
  readonly file: string;
  readonly code: string;
}

/** Every file under a folder, in name order; a file is itself. Links are not followed. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Reads the head of a file: what it is, or why it cannot be sent. */
export async function readFileInstance(file: string): Promise<FileInstance | UnsendableFile> {
  try {
    const { meta, dataSet } = await splitPart10(createReadStream(file));
    const { identifiers, replay } = await readIdentifiers(dataSet, meta.transferSyntaxUID);
    await replay.return?.(undefined);
    return {
      file,
      sopClassUID: identifiers.SOPClassUID || (meta.mediaStorageSOPClassUID ?? ''),
      sopInstanceUID: identifiers.SOPInstanceUID || (meta.mediaStorageSOPInstanceUID ?? ''),
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
