import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KEY_PURPOSES } from '@sluice/contracts';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** How a purpose shows in a room's code: by its name, by the subject secret that is asked for, by what is signed, or by intake's use case that opens staging. */
const SHOWS: Readonly<Record<string, RegExp>> = {
  'staging-raw': /'staging-raw'|\breceiveAgain\(/,
  archive: /\.archive(More)?\(|\bopenArchive(d)?\(/,
  pseudonym: /\.pseudonym\(/,
  'release-signing': /\.signRelease\(/,
};

async function sourceOf(room: string): Promise<string> {
  const files = await Array.fromAsync(glob(`apps/${room}/src/**/*.ts`, { cwd: ROOT }));
  const own = files.filter((file) => !/\.spec\.ts$|\/testing\//.test(file));
  return (await Promise.all(own.map((file) => readFile(join(ROOT, file), 'utf8')))).join('\n');
}

async function purposesOf(room: string): Promise<string[]> {
  const source = await sourceOf(room);
  return KEY_PURPOSES.filter((purpose) => (SHOWS[purpose] ?? new RegExp(`'${purpose}'`)).test(source));
}

it.each(['intake', 'scrubbing', 'inference', 'encryption', 'archival', 'cli'])(
  'ARCHITECTURE.md says which key purposes %s asks for',
  async (room) => {
    const page = await readFile(join(ROOT, 'ARCHITECTURE.md'), 'utf8');
    const row =
      new RegExp(`## Key purposes by service[^]*?^\\| \`${room}\` *\\| (.*) \\|$`, 'm').exec(page)?.[1] ?? '';
    expect([...row.matchAll(/`([^`]+)`/g)].map(([, purpose]) => purpose).sort()).toEqual(
      (await purposesOf(room)).sort(),
    );
  },
);
