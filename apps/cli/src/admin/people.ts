import { SluiceError } from '@sluice/contracts';
import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

const Person = z.strictObject({
  /** As the audit trail names the person. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/),
  /** SHA-256 of the person's token, hex (`sluice admin-token`). */
  tokenSha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Commands (`quarantine`), or one verb of one (`quarantine list`). */
  may: z.array(z.string().regex(/^[a-z-]{1,32}( [a-z-]{1,32})?$/)).max(64),
});
export type Person = z.infer<typeof Person>;

const People = z.array(Person).min(1).max(1_000);

/** Reads ADMIN_PEOPLE. @throws SluiceError SERVICE_CONFIG_INVALID, which quotes nothing */
export function readPeople(text: string): readonly Person[] {
  const parsed = People.safeParse(jsonOf(text));
  const people = parsed.data ?? [];
  const names = new Set(people.map(({ name }) => name));
  // Two with one token: the audit trail would name one of them for what the other did.
  const tokens = new Set(people.map(({ tokenSha256 }) => tokenSha256));
  if (!parsed.success || names.size < people.length || tokens.size < people.length)
    throw new SluiceError('SERVICE_CONFIG_INVALID', {
      detail: 'ADMIN_PEOPLE: not a list of people (docs/admin-door.md)',
    });
  return parsed.data;
}

/** SHA-256 of a token, hex. A token is random and long (`sluice admin-token`): nothing slower is needed to keep it. */
export const tokenDigest = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Whose token it is; every one is compared, in constant time. @throws SluiceError CLI_TOKEN_UNKNOWN */
export function personOf(people: readonly Person[], authorization: string | undefined): Person {
  const token = /^Bearer ([\x21-\x7e]{1,512})$/.exec(authorization ?? '')?.[1];
  const asked = Buffer.from(tokenDigest(token ?? ''), 'hex');
  const found = people.filter(({ tokenSha256 }) => timingSafeEqual(Buffer.from(tokenSha256, 'hex'), asked));
  if (token === undefined || !found[0]) throw new SluiceError('CLI_TOKEN_UNKNOWN');
  return found[0];
}

/** Whether the person may say these words. */
export function mayRun({ may }: Person, [verb = '', part = '']: readonly string[]): boolean {
  return may.includes(verb) || may.includes(`${verb} ${part}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
