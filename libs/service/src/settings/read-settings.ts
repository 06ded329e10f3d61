import { readFileSync } from 'node:fs';
import { SluiceError } from '@sluice/contracts';
import type { z } from 'zod';

/** What a process finds in its environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A schema whose shape names the settings and whose output is `T`. */
export type SettingsSchema<T> = z.ZodType<T> & { readonly shape: z.core.$ZodShape };

/** The longest setting is the peer table of a large installation (bytes). */
const MAX_FILE_BYTES = 8_000_000;

/** Words for zod's issue codes: a closed set, so that no message can quote a value. */
const REASONS: Readonly<Record<string, string>> = {
  invalid_type: 'wrong type',
  too_small: 'too small or too short',
  too_big: 'too big or too long',
  invalid_format: 'wrong format',
  invalid_value: 'not one of the allowed values',
  not_multiple_of: 'not a whole number',
};

/**
 * The one reader of `process.env`. Keys of the schema are the names in the environment (UPPER_SNAKE); `NAME_FILE`
 * reads NAME from a file, its last line break cut off. An empty value counts as missing.
 * @throws SluiceError SERVICE_CONFIG_INVALID (fatal): every problem at once, by name, never a value
 */
export function readSettings<T>(schema: SettingsSchema<T>, environment: Environment = process.env): T {
  const problems: string[] = [];
  const raw: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const value = readOne(name, environment, problems);
    if (value !== undefined) raw[name] = value;
  }
  const parsed = schema.safeParse(raw);
  if (!parsed.success) problems.push(...namesOf(parsed.error, raw, problems));
  if (!parsed.success || problems.length > 0)
    throw new SluiceError('SERVICE_CONFIG_INVALID', { detail: problems.join('; ') });
  return parsed.data;
}

/** The files that these settings are read from, by name; without those that come from the environment itself. */
export function settingFiles(
  names: readonly string[],
  environment: Environment = process.env,
): Readonly<Record<string, string>> {
  const files = names.map((name) => [name, environment[`${name}_FILE`]] as const);
  return Object.fromEntries(files.filter((file): file is [string, string] => Boolean(file[1])));
}

function readOne(name: string, environment: Environment, problems: string[]): string | undefined {
  const direct = environment[name] || undefined;
  const file = environment[`${name}_FILE`] || undefined;
  if (!file) return direct;
  if (direct) problems.push(`${name}: set twice, also by its file`);
  try {
    const text = readFileSync(file);
    if (text.length > MAX_FILE_BYTES) problems.push(`${name}: its file is too long`);
    return text
      .subarray(0, MAX_FILE_BYTES)
      .toString('utf8')
      .replace(/\r?\n$/, '');
  } catch {
    problems.push(`${name}: its file cannot be read`);
    return undefined;
  }
}

/** One problem per name, and none for a name that already has one. */
function namesOf(
  error: z.ZodError,
  raw: Readonly<Record<string, string>>,
  known: readonly string[],
): string[] {
  const problems = new Map<string, string>();
  for (const issue of error.issues) {
    const name = String(issue.path[0] ?? 'settings together');
    if (problems.has(name) || known.some((problem) => problem.startsWith(`${name}:`))) continue;
    const missing = issue.path.length > 0 && raw[name] === undefined;
    problems.set(name, `${name}: ${missing ? 'missing' : (REASONS[issue.code] ?? 'not valid')}`);
  }
  return [...problems.values()];
}
