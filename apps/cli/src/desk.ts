import { mkdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { privateFile } from './private-file.js';

/** Where a command runs for somebody: who asks, and where what is opened for that person goes. */
export interface Desk {
  /** As the audit trail names the person. */
  readonly person: string;
  /** False at the admin door: there a command connects to the installation's doors, and to no address that a person names. */
  readonly isOwn: boolean;
  /** Aborted when whom it is for has left, or the door is being closed: what takes long asks before each page and object, and throws its reason. */
  readonly ended: AbortSignal;
  /** The folder that the person named by `--out`. */
  folder(path: string): Promise<Folder>;
}

/** Takes files for one person alone. */
export interface Folder {
  /** Puts a whole file, or nothing under any name when `chunks` throws; returns where it stands for the person. */
  put(name: string, chunks: AsyncIterable<Buffer>): Promise<string>;
}

/** The desk of whoever runs this process: folders of this machine, 0700, their files 0600. */
export function ownDesk(): Desk {
  return {
    // Asked for when needed: a container's user may have no name, and a door serves people of its own.
    get person() {
      return userInfo().username;
    },
    isOwn: true,
    // Ctrl-C ends the process.
    ended: new AbortController().signal,
    folder: async (path) => {
      await mkdir(path, { recursive: true, mode: 0o700 });
      return { put: (name, chunks) => putFile(join(path, name), chunks) };
    },
  };
}

async function putFile(file: string, chunks: AsyncIterable<Buffer>): Promise<string> {
  await privateFile(file, async (draft) => {
    await draft.write(chunks);
    await draft.keep();
  });
  return file;
}
