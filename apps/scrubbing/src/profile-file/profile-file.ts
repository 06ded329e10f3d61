import { z } from 'zod';
import { OPTIONS } from '../profile/options.js';
import { PixelRulesEntry } from './pixel-rules.js';

const OverrideEntry = z.strictObject({
  at: z
    .string()
    .min(1)
    .max(512)
    .describe(
      'The attribute: keyword or (gggg,eeee), with the sequences around it before it: `RequestAttributesSequence/ScheduledProcedureStepDescription`. ' +
        'At any depth, unless it begins with `/`: then from depth 0. Private: `(gggg,xxee)`, with `creator`.',
    ),
  creator: z.string().min(1).max(64).optional().describe('Private creator whose block holds the attribute.'),
  action: z
    .enum(['keep', 'remove', 'empty', 'dummy', 'uid', 'clean'])
    .describe(
      'K, X, Z, D, U and C of Table E.1-1. What cannot be kept or cleaned goes as without this entry.',
    ),
  reason: z
    .string()
    .min(1)
    .max(400)
    .optional()
    .describe(
      'Why, for whoever reads the file next. A `keep` of what identifies must say it: without a reason the residual check holds what it kept.',
    ),
});

/** A profile file: the Basic Profile, options of PS3.15 E.3, overrides by attribute. */
export const ProfileFile = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,31}$/)
      .describe('Lower-case letters, digits, hyphens; stands in De-identification Method and in events.'),
    description: z.string().max(1000).optional().describe('What the profile is for.'),
    base: z.literal('basic').describe('PS3.15 Basic Application Level Confidentiality Profile: always.'),
    options: z.array(z.enum(OPTIONS)).max(OPTIONS.length).default([]).describe('Options of PS3.15 E.3.'),
    numbers: z
      .array(z.enum(['cn']))
      .max(1)
      .default([])
      .describe(
        'Countries whose identity, telephone and insurance numbers are not kept in any attribute, numeric ones included.',
      ),
    documents: z
      .enum(['drop', 'hold'])
      .default('drop')
      .describe(
        'Encapsulated documents (PDF, CDA, STL, OBJ, MTL): not released, or held for a person. Nothing cleans one.',
      ),
    faces: z
      .enum(['flag', 'hold'])
      .default('flag')
      .describe(
        'CT and MR of a head: Recognizable Visual Features says YES, or they are held for a person; held, what does not say its region is too.',
      ),
    overrides: z
      .array(OverrideEntry)
      .max(500)
      .default([])
      .describe('Stronger than any option; where two speak of an attribute the longer path holds.'),
    pixels: PixelRulesEntry,
  })
  .describe('A de-identification profile of Sluice');
export type ProfileFile = z.infer<typeof ProfileFile>;

/** The JSON Schema of a profile file, for editors. */
export function profileFileSchema(): unknown {
  return z.toJSONSchema(ProfileFile, { io: 'input' });
}
