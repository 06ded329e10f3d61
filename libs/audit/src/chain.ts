import { createHash } from 'node:crypto';

/** What the first row follows: 64 zeros. */
export const GENESIS = '0'.repeat(64);

/** SHA-256 (hex) of a row: the hash of the row before, a line break, the record's canonical JSON. */
export function hashOf(previous: string, record: string): string {
  return createHash('sha256').update(previous).update('\n').update(record).digest('hex');
}
