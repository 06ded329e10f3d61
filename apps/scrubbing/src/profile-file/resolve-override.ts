import { tagOf, vrOf } from '@sluice/dicom';
import type { Override } from '../profile/overrides.js';
import { IDENTITY_TAGS } from '../residual/identity/listed-attributes.js';
import type { ProfileFile } from './profile-file.js';

type Entry = ProfileFile['overrides'][number];

/** The override, or what is wrong with it, in words that hold no value of the file but the attribute's own name. */
export type Resolved = { readonly override: Override } | { readonly problem: string };

const TAG = /^\(([0-9A-Fa-f]{4}),([0-9A-Fa-f]{4})\)$/;
const PRIVATE_TAG = /^\(([0-9A-Fa-f]{4}),xx([0-9A-Fa-f]{2})\)$/;
/** Name and number are the pseudonym; who, what and which person an object is of, and the marks of what was done, are ours to say. */
const FIXED = new Set([
  0x00080005, 0x00080016, 0x00080018, 0x00100010, 0x00100020, 0x00120062, 0x00120063, 0x00120064, 0x0020000d,
  0x0020000e, 0x00280303,
]);
/** What Retain Institution Identity may keep, an override may. */
const INSTITUTION = new Set([0x00080080, 0x00080081, 0x00081040]);
/** Besides IDENTITY_TAGS: contacts, birth and death, numbers of visits, orders, specimens and insurance, who signed. */
const NUMBERS_AND_CONTACTS = new Set([
  0x00100032, 0x00100033, 0x00100034, 0x00101050, 0x00102155, 0x00200010, 0x00380060, 0x00400009, 0x00400253,
  0x0040050a, 0x00400512, 0x00400551, 0x004006fa, 0x00401001, 0x00401102, 0x00401103, 0x00401104, 0x00402010,
  0x00402011, 0x00402016, 0x00402017, 0x0040a353, 0x0040a354, 0x0050001b, 0x04000115, 0x04000120,
]);
const HARMLESS: readonly Entry['action'][] = ['remove', 'empty', 'dummy'];

/** Resolves the names of an entry to tags, and refuses what no profile may do. */
export function resolveOverride(entry: Entry): Resolved {
  const fromRoot = entry.at.startsWith('/');
  const steps = entry.at.slice(fromRoot ? 1 : 0).split('/');
  const tag = tagOfStep(steps.at(-1) ?? '', entry.creator !== undefined);
  const inside = steps.slice(0, -1).map((step) => tagOfStep(step, false));
  const problem = tag === undefined ? unknown(entry) : (pathProblem(inside) ?? actionProblem(tag, entry));
  if (problem !== undefined || tag === undefined) return { problem: problem ?? '' };
  const { creator, action, reason } = entry;
  const meant = reason !== undefined;
  return {
    override: { tag, creator, inside: inside as number[], fromRoot, action, ...(meant && { meant }) },
  };
}

function tagOfStep(step: string, isPrivate: boolean): number | undefined {
  const [, group, element] = (isPrivate ? PRIVATE_TAG : TAG).exec(step) ?? [];
  if (group !== undefined && element !== undefined) {
    const tag = (Number.parseInt(group, 16) * 0x10000 + Number.parseInt(element, 16)) >>> 0;
    return ((tag & 0x10000) !== 0) === isPrivate ? tag : undefined;
  }
  return isPrivate ? undefined : tagOf(step);
}

function unknown({ creator }: Entry): string {
  return creator === undefined
    ? 'no standard attribute has this keyword or tag (a private one needs `creator`)'
    : 'a private attribute is written (gggg,xxee), gggg odd';
}

function pathProblem(inside: readonly (number | undefined)[]): string | undefined {
  if (inside.some((tag) => tag === undefined)) return 'a sequence of the path is unknown';
  return inside.some((tag) => vrOf(tag as number) !== 'SQ')
    ? 'the path has a step that is no sequence'
    : undefined;
}

function actionProblem(tag: number, { action, creator }: Entry): string | undefined {
  if (creator !== undefined) return undefined;
  const group = tag >>> 16;
  if (FIXED.has(tag) || group < 8 || group === 0x7fe0) return 'this attribute is not a profile’s to change';
  const vr = vrOf(tag);
  const isNumber = NUMBERS_AND_CONTACTS.has(tag) || (IDENTITY_TAGS.has(tag) && !INSTITUTION.has(tag));
  const identifies = vr === 'PN' || isNumber;
  if (identifies && !HARMLESS.includes(action)) return 'it identifies a person: remove, empty or dummy only';
  return action === 'uid' && vr !== 'UI' ? 'uid is for UIDs' : undefined;
}
