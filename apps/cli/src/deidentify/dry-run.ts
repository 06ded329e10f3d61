import { createHmac, randomBytes } from 'node:crypto';
import type { PixelTools } from '@sluice/scrubbing/pixels/look/look-at-pixels';
import type { Profile } from '@sluice/scrubbing/profile/profile';
import { uidOf } from '@sluice/scrubbing/profile/uid-map';
import type { SecondEngine } from '@sluice/scrubbing/residual/second-engine';
import { scrubObject } from '@sluice/scrubbing/scrub-object';
import { readInput } from '../file-errors.js';
import { type Change, changeOf } from './difference.js';
import { refusalOf } from './refusal.js';

/** What a profile would do to one file. */
export interface Trial {
  readonly outcome: 'released' | 'quarantined' | 'refused';
  readonly code?: string;
  readonly detail?: string;
  readonly counts?: Readonly<Record<string, number>>;
  readonly changes: readonly Change[];
}

/** A hostile file has millions of elements; nobody reads more lines of one. */
const MOST_CHANGES = 20_000;

/** Tries a profile on files. Keys are made up, so that nothing is made in the key service: pseudonym, days and UIDs are examples. */
export function createTrial(
  profile: Profile,
  tools: { readonly pixels: PixelTools; readonly secondEngine: SecondEngine },
): (file: string) => Promise<Trial> {
  const key = randomBytes(32);
  const replacements = {
    pseudonym: 'PSEUDONYM',
    dayOffset: -1 - (key.readUInt16BE() % 3652),
    newUid: (original: string) => uidOf(createHmac('sha256', key).update(original).digest()),
  };
  const attempt = async (file: string, changes: Change[]): Promise<Omit<Trial, 'changes'>> => {
    const verdict = await scrubObject(
      {
        ...{ source: { open: () => readInput(file) }, replacements, profile, ...tools },
        observe: (element, action) => {
          const change = changes.length < MOST_CHANGES ? changeOf(element, action) : undefined;
          if (change) changes.push(change);
        },
      },
      async (clean) => {
        for await (const _ of clean);
      },
    );
    if (verdict.outcome === 'clean') return { outcome: 'released', counts: { ...verdict.counts } };
    return { outcome: 'quarantined', code: verdict.code, detail: verdict.detail };
  };
  return async (file) => {
    const changes: Change[] = [];
    const line = await attempt(file, changes).catch(refusalOf);
    return { ...line, changes };
  };
}
