import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface UnixUser {
  readonly uid: number;
  readonly gid: number;
}

/** The user a server that refuses to run as root is given: `postgres`, else `nobody`. Undefined when we are not root. */
export async function unprivilegedUser(): Promise<UnixUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const entry = lines.find(([name]) => name === 'postgres') ?? lines.find(([name]) => name === 'nobody');
  if (!entry)
    throw new Error('PostgreSQL does not run as root: create a user named postgres (useradd postgres).');
  return { uid: Number(entry[2]), gid: Number(entry[3]) };
}

/** True when the user may walk to the path through every folder above it. */
export async function canReach(user: UnixUser, path: string): Promise<boolean> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
