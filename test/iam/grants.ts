import { readFileSync } from 'node:fs';
import {
  isSigning,
  KEY_PURPOSES,
  type KeyPurpose,
  type SigningPurpose,
  type WrappingPurpose,
} from '@sluice/contracts';
import { z } from 'zod';

const wrapping = z.enum(KEY_PURPOSES.filter((purpose): purpose is WrappingPurpose => !isSigning(purpose)));
const signing = z.enum(KEY_PURPOSES.filter(isSigning));
const names = z.array(z.string().regex(/^[a-z-]+\/[a-z*/-]+$/)).default([]);

const Grant = z.strictObject({
  /** Seals and opens in the encryption context of this tenant alone; absent: of any. */
  tenant: z.string().min(1).optional(),
  /** Purposes under which it wraps (GenerateDataKey), unwraps (Decrypt), signs, or tells the public key alone. */
  seals: z.array(wrapping).default([]),
  opens: z.array(wrapping).default([]),
  signs: z.array(signing).default([]),
  tells: z.array(signing).default([]),
  /** Names of objects, `*` for any letters, below the bucket's prefix. */
  reads: names,
  writes: names,
  removes: names,
  removesVersions: names,
  /** Questions about the bucket. */
  asks: z.array(z.string().regex(/^s3:[A-Za-z]+$/)).default([]),
});

/** What one role may do; `deploy/iam/grants.json` has them all. */
export type Grant = z.infer<typeof Grant>;

export const IAM_FOLDER = new URL('../../deploy/iam/', import.meta.url);

/** Grants by role. */
export function readGrants(): Readonly<Record<string, Grant>> {
  const text = readFileSync(new URL('grants.json', IAM_FOLDER), 'utf8');
  return z.record(z.string(), Grant).parse(JSON.parse(text));
}

/** Purposes that a role uses in any way. */
export function purposesOf(grant: Grant): KeyPurpose[] {
  const all: (WrappingPurpose | SigningPurpose)[] = [
    ...grant.seals,
    ...grant.opens,
    ...grant.signs,
    ...grant.tells,
  ];
  return [...new Set(all)].sort();
}
