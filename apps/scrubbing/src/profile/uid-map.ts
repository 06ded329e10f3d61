/** Registered by NEMA (PS3.6 A): classes, syntaxes, well-known instances. Every arc has at most four digits; a made-up longer one is not. */
const WELL_KNOWN = /^1\.2\.840\.10008(?:\.\d{1,4}){1,9}$/;

/** True for a UID that names a part of the standard and no instance. */
export function isWellKnownUid(uid: string): boolean {
  return WELL_KNOWN.test(uid);
}

/** New UID of 128 bits under 2.25 (PS3.5 B.2, X.667) from a keyed digest of at least 16 bytes. At most 44 characters. */
export function uidOf(digest: Buffer): string {
  return `2.25.${BigInt(`0x${digest.subarray(0, 16).toString('hex')}`)}`;
}
