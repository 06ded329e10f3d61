import type { ElementView } from '@sluice/dicom';
import { describe, expect, it } from 'vitest';
import { BASIC } from '../../profile/profile.js';
import { gatherIdentity } from './gather-identity.js';

const NAME = 0x00101001;

function element(tag: number, vr: string, value: Buffer | undefined, lengthBytes = value?.length ?? 0) {
  const rest = { path: [], privateCreator: undefined, charset: [], littleEndian: true };
  return { tag, vr, value, lengthBytes, ...rest } satisfies ElementView;
}

describe('what an original says about who it is of', () => {
  it('is gathered no further than it can be looked for, however much comes', () => {
    const { note, identity } = gatherIdentity(BASIC, 0);
    for (let at = 0; at < 100; at += 1) {
      const names = Array.from({ length: 6_000 }, (_, name) => `n${at}x${name}`);
      note(element(NAME, 'PN', Buffer.from(names.join(' '))));
    }
    const { complete, names, raw } = identity();
    expect(complete).toBe(false);
    expect(Math.max(names.size, raw.size)).toBeLessThan(300_000);
  });

  it.each([
    ['a name that streams past', element(NAME, 'PN', undefined, 2_000_000)],
    ['a name that is too long', element(NAME, 'PN', Buffer.alloc(70_000, 'x'))],
    ['an identifier that streams past', element(0x00100020, 'LO', undefined, 2_000_000)],
    ['an identifier that is too long', element(0x00100020, 'LO', Buffer.alloc(70_000, 'x'))],
  ])('is known not to be whole with %s', (_, unseen) => {
    const { note, identity } = gatherIdentity(BASIC, 0);
    note(element(NAME, 'PN', Buffer.from('Musterfrau')));
    expect(identity().complete).toBe(true);
    note(unseen);
    expect(identity().complete).toBe(false);
  });
});
