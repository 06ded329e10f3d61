import { readElements } from '@sluice/dicom';
import type { Option } from '../profile/options.js';
import { createProfile, type Profile } from '../profile/profile.js';
import { scrubObject, type ScrubVerdict } from '../scrub-object.js';
import {
  bytesOf,
  chunksOf,
  sourceOf,
  EXPLICIT_LE,
  type SampleElement,
  sampleElements,
  samplePart10,
  sampleReplacements,
} from './samples.js';

/** The sample with `more`, under a profile. */
export function scrubSample(
  more: readonly SampleElement[],
  profile: Profile,
  syntax = EXPLICIT_LE,
): Promise<ScrubVerdict<Buffer>> {
  const source = sourceOf(samplePart10(sampleElements(more), syntax));
  return scrubObject({ source, replacements: sampleReplacements, profile }, bytesOf);
}

/** A profile of these options. */
export const withOptions = (...options: Option[]): Profile => createProfile({ name: 'test', options });

/** Values of the clean sample by path (`00400275/00400007`), one character per byte, without padding. */
export async function cleanValues(
  more: readonly SampleElement[],
  profile: Profile,
  syntax = EXPLICIT_LE,
): Promise<Map<string, string>> {
  const verdict = await scrubSample(more, profile, syntax);
  if (verdict.outcome !== 'clean') throw new Error(`${verdict.code} ${verdict.detail}`);
  return valuesByPath(verdict.stored);
}

/** Every element of a file by its path; a sequence has an empty value. Items of one sequence come one after another. */
export async function valuesByPath(file: Buffer): Promise<Map<string, string>> {
  const values = new Map<string, string>();
  await readElements(chunksOf(file), ({ tag, path, value }) => {
    const at = [...path.map((step) => step.tag), tag]
      .map((one) => one.toString(16).padStart(8, '0'))
      .join('/');
    const text = (value ?? Buffer.alloc(0)).toString('latin1').replace(/[ \0]+$/, '');
    const before = values.get(at);
    values.set(at, before === undefined ? text : `${before}|${text}`);
  });
  return values;
}
