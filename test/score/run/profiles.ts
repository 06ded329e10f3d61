import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OPTION_NAMES } from '../expectation/expectation.ts';

/** A profile to run, and which options it has. */
export interface ProfileCase {
  readonly name: string;
  /** What `--profile` takes. */
  readonly profile: string;
  readonly options: ReadonlySet<string>;
}

const SHIPPED = new URL('../../../apps/scrubbing/profiles/', import.meta.url);
export const SHIPPED_PROFILES = ['basic', 'research', 'teaching', 'cn'] as const;

/** Each option alone, as profile files in `folder`. */
export async function optionProfiles(folder: string): Promise<ProfileCase[]> {
  return Promise.all(
    Object.entries(OPTION_NAMES).map(async ([column, option]) => {
      const profile = join(folder, `${option}.yaml`);
      await writeFile(profile, `name: score-${column}\nbase: basic\noptions: [${option}]\n`);
      return { name: option, profile, options: new Set([option]) };
    }),
  );
}

/** The profiles that ship; their options are read from their files. */
export async function shippedProfiles(names: readonly string[] = SHIPPED_PROFILES): Promise<ProfileCase[]> {
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(`${name}.yaml`, SHIPPED), 'utf8');
      const options = [...text.matchAll(/^ {2}- ([a-z-]+)$/gm)].map(([, option]) => option ?? '');
      return { name, profile: name, options: new Set(options) };
    }),
  );
}
