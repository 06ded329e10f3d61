import { createHash } from 'node:crypto';

/** Leaves and nodes are hashed apart, so that no node can pass for a leaf (RFC 9162 2.1.1). */
const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

/** A tree over its leaf hashes: 32 bytes each, in their order. */
type Hashes = readonly Buffer[];

/** Where a leaf stands in a tree of `size` leaves. */
export interface LeafPlace {
  readonly index: number;
  readonly size: number;
}

/** The hash of one leaf (RFC 9162 2.1.1, SHA-256). */
export function leafHash(leaf: Uint8Array): Buffer {
  return createHash('sha256').update(LEAF).update(leaf).digest();
}

/** The root over leaf hashes (RFC 9162 2.1.1); of no leaves the hash of nothing. */
export function treeRoot(leaves: Hashes): Buffer {
  if (leaves.length === 0) return createHash('sha256').digest();
  if (leaves.length === 1) return leaves[0]!;
  const half = splitAt(leaves.length);
  return nodeHash(treeRoot(leaves.slice(0, half)), treeRoot(leaves.slice(half)));
}

/** Every leaf's inclusion path, from the leaf up (RFC 9162 2.1.3.1). */
export function inclusionPaths(leaves: Hashes): Buffer[][] {
  if (leaves.length < 2) return leaves.map(() => []);
  const half = splitAt(leaves.length);
  const [left, right] = [leaves.slice(0, half), leaves.slice(half)];
  const [leftRoot, rightRoot] = [treeRoot(left), treeRoot(right)];
  return [
    ...inclusionPaths(left).map((path) => [...path, rightRoot]),
    ...inclusionPaths(right).map((path) => [...path, leftRoot]),
  ];
}

/** The root that a leaf hash and its path lead to (RFC 9162 2.1.3.2); undefined where the path does not fit the place. */
export function rootFromPath(leaf: Buffer, path: Hashes, { index, size }: LeafPlace): Buffer | undefined {
  if (index >= size) return undefined;
  let [position, last, hash] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) return undefined;
    if (position % 2 === 1 || position === last) {
      hash = nodeHash(sibling, hash);
      while (position % 2 === 0 && position !== 0) [position, last] = [half(position), half(last)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [position, last] = [half(position), half(last)];
  }
  return last === 0 ? hash : undefined;
}

function nodeHash(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update(NODE).update(left).update(right).digest();
}

/** The largest power of two below `count`, which is above 1. */
function splitAt(count: number): number {
  return 2 ** (Math.ceil(Math.log2(count)) - 1);
}

function half(position: number): number {
  return Math.floor(position / 2);
}
