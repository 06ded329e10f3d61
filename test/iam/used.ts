import type { Grant } from './grants.js';
import { allowedBy, type Call } from './evaluate.js';
import { rolePolicy } from './policies.js';

const NONE: Grant = {
  ...{ seals: [], opens: [], signs: [], tells: [] },
  ...{ reads: [], writes: [], removes: [], removesVersions: [], asks: [] },
};
/** What proves that a name is written; giving up a part and reading a taken name belong to the same grant. */
const PROVES: Partial<Record<keyof Grant, string>> = { writes: 's3:PutObject', signs: 'kms:Sign' };

/** The parts of a grant, as `reads archive/*`, that no call needed: with it alone the call is allowed, with nothing it is not. */
export function unusedParts(grant: Grant, calls: readonly Call[]): string[] {
  const nothing = rolePolicy(NONE);
  return Object.keys(NONE).flatMap((key) => {
    const verb = key as keyof Grant;
    return (grant[verb] as readonly string[])
      .filter((what) => {
        const alone = rolePolicy({ ...NONE, tenant: grant.tenant, [verb]: [what] });
        const proof = PROVES[verb];
        return !calls.some(
          (call) => (!proof || call.action === proof) && allowedBy(alone, call) && !allowedBy(nothing, call),
        );
      })
      .map((what) => `${verb} ${what}`);
  });
}

/** The same grant without one of its parts. */
export function without(grant: Grant, part: string): Grant {
  const [verb = '', what = ''] = part.split(' ');
  const key = verb as keyof Grant;
  return { ...grant, [key]: (grant[key] as readonly string[]).filter((each) => each !== what) };
}

/** All parts of a grant. */
export function partsOf(grant: Grant): string[] {
  return Object.entries(grant).flatMap(([verb, whats]) =>
    typeof whats === 'string' ? [] : whats.map((what) => `${verb} ${what}`),
  );
}
