import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SluiceError } from '@sluice/contracts';
import { keywordOf, vrOf } from '@sluice/dicom';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { EXCLUSIVE, type Option } from '../profile/options.js';
import type { Override } from '../profile/overrides.js';
import { createProfile, isOnDate, type Profile } from '../profile/profile.js';
import type { DeviceRule } from '../pixels/rules/device-rules.js';
import type { DeviceRuleEntry } from './pixel-rules.js';
import { ProfileFile } from './profile-file.js';
import { resolveOverride } from './resolve-override.js';

/** Profiles that ship, as files of `apps/scrubbing/profiles`. */
export const SHIPPED_PROFILES = ['basic', 'research', 'teaching', 'cn'] as const;

const FOLDER = join(import.meta.dirname, '../../profiles');
const MOST_BYTES = 256 * 1024;
const MOST_PROBLEMS = 50;
/** UIDs that name a class, a syntax or a scheme and no object. */
const NO_INSTANCE = /Class|Syntax|CodingScheme|ContextUID|MappingResource/;

/** A shipped profile by its name, or one of a YAML file by its path. @throws SluiceError SCRUBBING_PROFILE_INVALID with every problem */
export async function loadProfile(nameOrFile: string): Promise<Profile> {
  const shipped = SHIPPED_PROFILES.some((name) => name === nameOrFile);
  if (!shipped && /^[\w-]+$/.test(nameOrFile))
    throw invalid([`there is no such profile; shipped are ${SHIPPED_PROFILES.join(', ')}`]);
  const text = await readFile(shipped ? join(FOLDER, `${nameOrFile}.yaml`) : nameOrFile, 'utf8').catch(
    () => undefined,
  );
  if (text === undefined) throw invalid(['the file cannot be read']);
  const profile = parseProfile(text);
  if (!shipped && SHIPPED_PROFILES.some((name) => name === profile.name))
    throw invalid(['name: a shipped profile has it']);
  return profile;
}

/**
 * As loadProfile, for the service: original UIDs may not travel in events, so a profile that retains them is for folders alone.
 * @throws SluiceError SCRUBBING_PROFILE_INVALID
 */
export async function loadServiceProfile(nameOrFile: string): Promise<Profile> {
  const profile = await loadProfile(nameOrFile);
  if (profile.options.has('retain-uids'))
    throw invalid(['retain-uids is for `sluice deidentify` alone: events would carry original UIDs']);
  return profile;
}

/** Compiles the text of a profile file. @throws SluiceError SCRUBBING_PROFILE_INVALID with every problem */
export function parseProfile(text: string): Profile {
  const file = ProfileFile.safeParse(readYaml(text));
  if (!file.success)
    throw invalid(file.error.issues.map((issue) => `${issue.path.join('.') || 'file'}: ${reasonOf(issue)}`));
  const { name, options, numbers, documents, faces, pixels, overrides: entries } = file.data;
  const problems: string[] = EXCLUSIVE.filter((pair) => pair.every((one) => options.includes(one))).map(
    (pair) => `options: ${pair.join(' and ')} exclude each other`,
  );
  const overrides = new Map<string, Override>();
  for (const [at, entry] of entries.entries()) {
    const resolved = resolveOverride(entry);
    const place = 'override' in resolved ? placeOf(resolved.override) : '';
    if ('problem' in resolved) problems.push(`overrides.${at}: ${resolved.problem}`);
    else if (overrides.has(place)) problems.push(`overrides.${at}: the same place as one before`);
    else overrides.set(place, resolved.override);
  }
  problems.push(...offsetProblems(options, [...overrides.values()]));
  if (problems.length > 0) throw invalid(problems);
  return createProfile({
    ...{ name, options, documents, faces, overrides: [...overrides.values()] },
    chineseNumbers: numbers.includes('cn'),
    ...(pixels && {
      pixels: { outsideRegions: pixels['outside-regions'], devices: pixels.devices.map(ruleOf) },
    }),
  });
}

/** The reason is for people: it changes nothing, so no outcome. */
function ruleOf({ reason: _, ...rule }: z.infer<typeof DeviceRuleEntry>): DeviceRule {
  return rule;
}

/** Plain data, no tags, no aliases: a short file must not become a large value. */
function readYaml(text: string): unknown {
  if (text.length > MOST_BYTES) throw invalid(['the file is too long']);
  const document = parseDocument(text, { strict: true, uniqueKeys: true, prettyErrors: true });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0)
    throw invalid(faults.map(({ code, linePos }) => `line ${linePos?.[0].line ?? '?'}: ${code}`));
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (cause) {
    throw new SluiceError('SCRUBBING_PROFILE_INVALID', { detail: 'aliases are not allowed', cause });
  }
}

/**
 * One date in both forms tells a person's offset, and with it every date: beside dates that move neither a date stays nor a UID, into which
 * makers write the day, and which joins the object to any other copy of it.
 */
function offsetProblems(options: readonly Option[], overrides: readonly Override[]): string[] {
  const on = (option: Option) => options.includes(option);
  const moves = on('retain-longitudinal-modified-dates') || overrides.some((one) => isOnDate(one, 'clean'));
  if (!moves) return [];
  const problems: string[] = [];
  const exclusive = EXCLUSIVE.some((pair) => pair.every(on));
  const keeps = on('retain-longitudinal-full-dates') || overrides.some((one) => isOnDate(one, 'keep'));
  if (keeps && !exclusive)
    problems.push('overrides: a date that is kept beside dates that move tells the offset');
  if (on('retain-uids'))
    problems.push(
      'options: retain-uids beside dates that move tells the offset: many UIDs hold the day, and each joins the object to its other copies',
    );
  if (overrides.some(keepsInstance))
    problems.push('overrides: a UID that is kept beside dates that move tells the offset');
  return problems;
}

function keepsInstance({ tag, action }: Override): boolean {
  return action === 'keep' && vrOf(tag) === 'UI' && !NO_INSTANCE.test(keywordOf(tag) ?? '');
}

function placeOf({ tag, creator, inside, fromRoot }: Override): string {
  return JSON.stringify([tag, creator, inside, fromRoot]);
}

/** In our words: zod's may quote a value. */
function reasonOf(issue: { readonly code: string; readonly keys?: readonly string[] }): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return 'a key that no profile has';
    case 'invalid_value':
      return 'not one of the allowed values';
    case 'too_big':
    case 'too_small':
      return 'too long or too short';
    default:
      return 'wrong type or form';
  }
}

function invalid(problems: readonly string[]): SluiceError {
  const more = problems.length > MOST_PROBLEMS ? `; and ${problems.length - MOST_PROBLEMS} more` : '';
  return new SluiceError('SCRUBBING_PROFILE_INVALID', {
    detail: problems.slice(0, MOST_PROBLEMS).join('; ') + more,
  });
}
