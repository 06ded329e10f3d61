import { createHash } from 'node:crypto';

/** What the first row follows: 64 zeros. */
export const GENESIS = '0'.repeat(64);

/** SHA-256 (hex) of a row: the hash of the row before, a line break, the record's canonical JSON. */
export function hashOf(previous: string, record: string): string {
  return createHash('sha256').update(previous).update('\n').update(record).digest('hex');
}

/** JSON with the keys of every object in order, so that the same record always gives the same bytes (after RFC 8785, for our types). */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (isPlainObject(inner) ? sorted(inner) : inner));
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
