import { createHmac } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const CHARACTERS = 16;

/** The pseudonym of a subject: 16 characters of base32 (RFC 4648), 80 bits, from the subject's pseudonym secret (32 bytes). */
export function pseudonymOf(secret: Buffer): string {
  const digest = createHmac('sha256', secret).update('pseudonym').digest();
  const bits = [...digest.subarray(0, (CHARACTERS * 5) / 8)]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('');
  return Array.from(
    { length: CHARACTERS },
    (_, at) => ALPHABET[Number.parseInt(bits.slice(at * 5, at * 5 + 5), 2)],
  ).join('');
}

/** Furthest that dates move; ten years hide the day, and a leap day more or less nothing gives away. */
const MOST_DAYS = 3652;

/** Whole days, 1 to 3652 into the past, by which a subject's dates move: from the same secret as the pseudonym, so it dies with it. */
export function dayOffsetOf(secret: Buffer): number {
  const digest = createHmac('sha256', secret).update('day-offset').digest();
  return -1 - (digest.readUIntBE(0, 6) % MOST_DAYS);
}

/** Keyed digest (hex) that names a way-back record by its content; it dies with the subject's secret. */
export function waybackDigest(secret: Buffer, record: string): string {
  return createHmac('sha256', secret).update('wayback').update('\0').update(record).digest('hex');
}
