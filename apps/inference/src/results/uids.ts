import { createHash } from 'node:crypto';

/** Gives the same UID for the same name, each time. */
export type NewUid = (name: string) => string;

/** UIDs of the results of one object by one model: a second run gives the same ones. Digests are SHA-256 in hex. */
export function resultUids(objectDigest: string, modelDigest: string): NewUid {
  return (name) => uidFrom(`result/${objectDigest}/${modelDigest}/${name}`);
}

/** A UID under 2.25 (PS3.5 B.2) whose UUID is version 8 (RFC 9562 5.8): bits of a SHA-256. */
export function uidFrom(words: string): string {
  const bytes = createHash('sha256').update(words).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return `2.25.${BigInt(`0x${bytes.toString('hex')}`)}`;
}
