import { describe, expect, it } from 'vitest';
import { inclusionPaths, leafHash, rootFromPath, treeRoot } from './merkle-tree.js';

/** Inputs and roots of the reference trees of Certificate Transparency (RFC 6962), of no leaf to eight. */
const INPUTS = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const referenceLeaves = (count: number) =>
  INPUTS.slice(0, count).map((input) => leafHash(Buffer.from(input, 'hex')));
const numbered = (count: number) => Array.from({ length: count }, (_, at) => leafHash(Buffer.from(`${at}`)));

describe('a Merkle tree', () => {
  it.each(ROOTS.map((root, size) => [size, root] as const))(
    'of %i leaves has the root of RFC 6962',
    (size, root) => {
      expect(treeRoot(referenceLeaves(size)).toString('hex')).toBe(root);
    },
  );

  it('leads from every leaf to its root, whatever its size', () => {
    for (const size of [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 31, 32, 33, 100]) {
      const leaves = numbered(size);
      const root = treeRoot(leaves);
      for (const [index, path] of inclusionPaths(leaves).entries())
        expect(rootFromPath(leaves[index]!, path, { index, size })?.equals(root), `${index} of ${size}`).toBe(
          true,
        );
    }
  });

  it('leads elsewhere from another place, another leaf, or by a path that was changed', () => {
    for (const size of [2, 3, 7, 8, 21]) {
      const leaves = numbered(size);
      const root = treeRoot(leaves);
      const leads = (...walk: Parameters<typeof rootFromPath>) =>
        rootFromPath(...walk)?.equals(root) ?? false;
      for (const [index, path] of inclusionPaths(leaves).entries()) {
        const leaf = leaves[index]!;
        expect(leads(leafHash(Buffer.from('another')), path, { index, size })).toBe(false);
        expect(leads(leaf, path.slice(1), { index, size })).toBe(false);
        expect(leads(leaf, [...path, leaf], { index, size })).toBe(false);
        expect(leads(leaf, path, { index: (index + 1) % size, size })).toBe(false);
        expect(leads(leaf, path, { index: index + size, size })).toBe(false);
        for (const at of path.keys())
          expect(
            leads(
              leaf,
              path.map((hash, step) => (step === at ? leaf : hash)),
              { index, size },
            ),
          ).toBe(false);
      }
    }
  });

  it('of one leaf is that leaf, and takes no path', () => {
    const [leaf] = numbered(1);
    expect(rootFromPath(leaf!, [], { index: 0, size: 1 })).toEqual(leaf);
    expect(rootFromPath(leaf!, [leaf!], { index: 0, size: 1 })).toBeUndefined();
    expect(rootFromPath(leaf!, [], { index: 0, size: 0 })).toBeUndefined();
  });

  it('cannot take a node for a leaf', () => {
    const [left, right] = numbered(2);
    expect(leafHash(Buffer.concat([left!, right!])).equals(treeRoot([left!, right!]))).toBe(false);
  });
});
