import type { Judged } from './judge-element.js';
import type { Profile } from './profile.js';
import type { Judgement } from './rules.js';
import { SAFE_PRIVATE } from './safe-private.table.js';

const REMOVE: Judgement = { fate: 'remove', otherwise: 'remove' };
const KEEP: Judgement = { fate: 'keep', otherwise: 'remove' };
const UIDS: Judgement = { fate: 'uid', otherwise: 'remove' };

/** Per creator: group and last byte of the element -> the VRs that it may have. */
const safe = new Map(
  Object.entries(SAFE_PRIVATE).map(([creator, elements]) => [
    creator,
    new Map(
      elements
        .split(' ')
        .map((element) => [Number.parseInt(element.slice(0, 6), 16), element.slice(6).split('|')] as const),
    ),
  ]),
);
const groups = new Map(
  [...safe].map(([creator, elements]) => [creator, new Set([...elements.keys()].map((key) => key >>> 8))]),
);

/** The VRs of a safe private element under its creator; undefined where the table does not have it. */
export function safePrivateVrs(tag: number, creator: string): readonly string[] | undefined {
  return safe.get(creator)?.get(((tag >>> 16) << 8) | (tag & 0xff));
}

/**
 * Retain Safe Private (PS3.15 E.3.10): an element stays where its creator and number stand in the table and its VR is the table's
 * (UN and implicit VR tell none: then the table's is taken). The creator itself stays where any of its block could, so that the block
 * keeps its number. UIDs go through the map like any other.
 */
export function judgePrivate(
  { options, overrides }: Pick<Profile, 'options' | 'overrides'>,
  element: Judged,
): Judgement {
  const { tag, vr, privateCreator, value } = element;
  const safeOnes = options.has('retain-safe-private');
  if ((tag & 0xff00) === 0) {
    const creator = (tag & 0xff) < 0x10 ? '' : (value?.toString('latin1').trim() ?? '');
    const group = tag >>> 16;
    const stays = overrides.keepsFrom(creator, group) || (safeOnes && groups.get(creator)?.has(group));
    return stays ? KEEP : REMOVE;
  }
  const vrs = safeOnes && privateCreator !== undefined ? safePrivateVrs(tag, privateCreator) : undefined;
  if (!vrs || !(vr === 'UN' || vrs.includes(vr))) return REMOVE;
  return vrs.includes('UI') ? UIDS : KEEP;
}
