import { createHash } from 'node:crypto';
import { BASIC_PROFILE } from './basic-profile.table.js';
import { TYPE_1_ANYWHERE, TYPE_2_ANYWHERE, TYPES_BY_CLASS } from '../attributes/attribute-types.table.js';
import { COMMON_TERMS, TERMS } from '../vocabulary/technical-vocabulary.table.js';

/** Version of the rules in code; raised with every change of what a table or rule decides, so that outcomes have names of their own. */
export const CODE_VERSION = '0.1.0';

/** A named set of rules; its digest is that of its tables. */
export interface Profile {
  readonly name: string;
  /** SHA-256, lower-case hex. */
  readonly digest: string;
}

/** PS3.15 Basic Application Level Confidentiality Profile, no options. */
export const BASIC: Profile = {
  name: 'basic',
  digest: sha256(
    JSON.stringify([BASIC_PROFILE, TYPE_1_ANYWHERE, TYPE_2_ANYWHERE, TYPES_BY_CLASS, TERMS, COMMON_TERMS]),
  ),
};

/** Names one outcome: 16 hex characters from profile digest and code version. */
export function outcomeOf(profile: Profile): string {
  return sha256(`${profile.digest} ${CODE_VERSION}`).slice(0, 16);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
