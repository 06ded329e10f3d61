import { createHash } from 'node:crypto';
import { vrOf } from '@sluice/dicom';
import { TYPE_1_ANYWHERE, TYPE_2_ANYWHERE, TYPES_BY_CLASS } from '../attributes/attribute-types.table.js';
import type { DocumentPolicy } from '../policy/documents.js';
import type { FacePolicy } from '../policy/faces.js';
import { HEADS } from '../policy/head-regions.table.js';
import { KNOWN_DATE_CONCEPTS, KNOWN_DATES } from '../values/known-dates.table.js';
import { COMPOUND_SURNAMES, SURNAMES } from '../words/chinese-surnames.table.js';
import { CHINESE, ENGLISH, GERMAN } from '../words/clinical-words.table.js';
import { COMMON_TERMS, TERMS } from '../vocabulary/technical-vocabulary.table.js';
import { KEEP_WORDS } from '../pixels/judge/keep-words.table.js';
import type { DeviceRule } from '../pixels/rules/device-rules.js';
import { EXCLUSIVE, type Option } from './options.js';
import { compileOverrides, type Override, type Overrides } from './overrides.js';
import { compileRules, type Rules } from './rules.js';
import { CONTENT_ITEMS } from './structured-content.table.js';
import { SAFE_PRIVATE } from './safe-private.table.js';

/** Version of the rules in code; raised with every change of what a table or rule decides, so that outcomes have names of their own. */
export const CODE_VERSION = '0.21.0';

/** A named set of rules, compiled once. */
export interface Profile {
  readonly name: string;
  /** SHA-256 (lower-case hex) over the name and all rules that are in force: with the code version it settles every byte of an output. */
  readonly digest: string;
  readonly options: ReadonlySet<Option>;
  readonly rules: Rules;
  readonly overrides: Overrides;
  /** Longitudinal Temporal Information Modified (0028,0303): the least that is true of every date. */
  readonly dates: DatesKept;
  /** True where text stays that may hold a name: then the names must be known first. */
  readonly keepsText: boolean;
  /** True where numbers that can be a Chinese identity, telephone or insurance number are not kept, whatever holds them. */
  readonly chineseNumbers: boolean;
  readonly pixels: PixelRules;
  readonly documents: DocumentPolicy;
  readonly faces: FacePolicy;
}

/** What a profile says of pixels beside what is read in them. */
export interface PixelRules {
  /** Ultrasound images: what lies in no region that the header names (0018,6011). */
  readonly outsideRegions: 'look' | 'blank';
  readonly devices: readonly DeviceRule[];
}

const LOOK_ALONE: PixelRules = { outsideRegions: 'look', devices: [] };

/** What becomes of dates that stay. */
export type DatesKept = 'UNMODIFIED' | 'MODIFIED' | 'REMOVED';

/** What a profile is made of: the Basic Profile is its base, always. */
export interface ProfileParts {
  readonly name: string;
  readonly options: readonly Option[];
  readonly overrides?: readonly Override[];
  readonly chineseNumbers?: boolean;
  readonly pixels?: PixelRules;
  /** Default: drop. */
  readonly documents?: DocumentPolicy;
  /** Default: flag. */
  readonly faces?: FacePolicy;
}

const TABLES = [
  ...[TYPE_1_ANYWHERE, TYPE_2_ANYWHERE, TYPES_BY_CLASS, TERMS, COMMON_TERMS, SAFE_PRIVATE, CONTENT_ITEMS],
  ...[ENGLISH, GERMAN, CHINESE, [...KEEP_WORDS]],
  ...[[...KNOWN_DATES], KNOWN_DATE_CONCEPTS, SURNAMES, COMPOUND_SURNAMES, HEADS],
];
/** Options under which text stays. */
const KEEPS_TEXT: readonly Option[] = [
  'clean-descriptors',
  'clean-structured-content',
  'clean-graphics',
  'retain-patient-characteristics',
  'retain-device-identity',
  'retain-institution-identity',
  'retain-safe-private',
];

/** Compiles a profile. Throws an Error for options that exclude each other. */
export function createProfile(parts: ProfileParts): Profile {
  const { name, options, overrides = [], chineseNumbers = false, pixels = LOOK_ALONE } = parts;
  const { documents = 'drop', faces = 'flag' } = parts;
  const chosen = new Set(options);
  for (const pair of EXCLUSIVE) {
    if (pair.every((option) => chosen.has(option)))
      throw new Error(`${pair.join(' and ')} exclude each other`);
  }
  const rules = compileRules(chosen);
  const policy = [chineseNumbers, pixels, documents, faces];
  const inForce = [name, [...chosen].sort(), [...rules.rows], overrides, ...policy];
  const digest = sha256(JSON.stringify([inForce, TABLES]));
  const keepsText =
    KEEPS_TEXT.some((option) => chosen.has(option)) ||
    overrides.some(({ action, creator }) => action === 'clean' || action === 'keep' || creator !== undefined);
  return {
    ...{ name, digest, options: chosen, rules, keepsText, chineseNumbers, pixels, documents, faces },
    overrides: compileOverrides(overrides, rules),
    dates: datesKept(chosen, overrides),
  };
}

/** True for an override of a date, by what it does. */
export function isOnDate({ tag, action }: Override, wanted: Override['action']): boolean {
  const vr = vrOf(tag);
  return action === wanted && (vr === 'DA' || vr === 'DT');
}

function datesKept(options: ReadonlySet<Option>, overrides: readonly Override[]): DatesKept {
  if (options.has('retain-longitudinal-full-dates') || overrides.some((one) => isOnDate(one, 'keep')))
    return 'UNMODIFIED';
  const moved = options.has('retain-longitudinal-modified-dates');
  return moved || overrides.some((one) => isOnDate(one, 'clean')) ? 'MODIFIED' : 'REMOVED';
}

/** PS3.15 Basic Application Level Confidentiality Profile, no options. */
export const BASIC: Profile = createProfile({ name: 'basic', options: [] });

/** Names one outcome: 16 hex characters from profile digest, code version and, where a person decided, the decision's id. */
export function outcomeOf(profile: Pick<Profile, 'digest'>, decision?: string): string {
  return sha256([profile.digest, CODE_VERSION, ...(decision ? [decision] : [])].join(' ')).slice(0, 16);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
