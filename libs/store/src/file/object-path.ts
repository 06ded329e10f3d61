import { join } from 'node:path';

/**
 * Where an object lies: its last two segments make one file name, `staging/t1/raw/KEY/ATTEMPT` is the file
 * `staging/t1/raw/KEY@ATTEMPT`. So all instances of a kind share one folder, and many puts share one fsync of it. Every file name has an `@`,
 * which names never have: a file and a folder cannot collide, and no name is another's path.
 */
export function objectPath(root: string, name: string): string {
  const segments = name.split('/');
  const file = segments.length === 1 ? `@${name}` : segments.slice(-2).join('@');
  return join(root, ...segments.slice(0, -2), file);
}

/** The name of a file in a folder (relative to the root, with a trailing slash unless empty), or undefined when it is no object. */
export function objectName(folder: string, file: string): string | undefined {
  if (!file.includes('@')) return undefined;
  return folder + file.replace(/^@/, '').replace('@', '/');
}
