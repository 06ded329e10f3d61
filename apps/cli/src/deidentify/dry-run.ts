import { createHmac, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { PixelTools } from '@sluice/scrubbing/pixels/look/look-at-pixels';
import type { Profile } from '@sluice/scrubbing/profile/profile';
import { uidOf } from '@sluice/scrubbing/profile/uid-map';
import { scrubObject } from '@sluice/scrubbing/scrub-object';
import { type Change, changeOf } from './difference.js';

/** What a profile would do to one file. */
export interface Trial {
  readonly outcome: 'released' | 'quarantined';
  readonly code?: string;
  readonly detail?: string;
  readonly counts?: Readonly<Record<string, number>>;
  readonly changes: readonly Change[];
}

/** A hostile file has millions of elements; nobody reads more lines of one. */
const MOST_CHANGES = 20_000;

/** Tries a profile on files. Keys are made up, so that nothing is made in the key service: pseudonym, days and UIDs are examples. */
export function createTrial(profile: Profile, pixels: PixelTools): (file: string) => Promise<Trial> {
  const key = randomBytes(32);
  const replacements = {
    pseudonym: 'PSEUDONYM',
    dayOffset: -1 - (key.readUInt16BE() % 3652),
    newUid: (original: string) => uidOf(createHmac('sha256', key).update(original).digest()),
  };
  return async (file) => {
    const changes: Change[] = [];
    const verdict = await scrubObject(
      {
        ...{ source: { open: () => createReadStream(file) }, replacements, profile, pixels },
        observe: (element, action) => {
          const change = changes.length < MOST_CHANGES ? changeOf(element, action) : undefined;
          if (change) changes.push(change);
        },
      },
      async (clean) => {
        for await (const _ of clean);
      },
    );
    if (verdict.outcome === 'clean') return { outcome: 'released', counts: { ...verdict.counts }, changes };
    return { outcome: 'quarantined', code: verdict.code, detail: verdict.detail, changes };
  };
}
