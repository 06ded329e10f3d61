import { z } from 'zod';

const Side = z.int().min(1).max(65_535);
const Edge = z.int().min(0).max(65_535);
const Name = z.string().min(1).max(64);

/** One rule for a device. */
export const DeviceRuleEntry = z.strictObject({
  manufacturer: Name.optional().describe(
    'Manufacturer (0008,0070), whole, letter case apart; as the others: not asked where it is not given.',
  ),
  model: Name.optional().describe("Manufacturer's Model Name (0008,1090)."),
  software: Name.optional().describe('Software Versions (0018,1020).'),
  modality: z
    .string()
    .regex(/^[A-Z0-9_]{1,16}$/)
    .optional()
    .describe('Modality (0008,0060).'),
  rows: Side.optional().describe('Height of a frame, pixels.'),
  columns: Side.optional().describe('Width of a frame, pixels.'),
  mask: z
    .array(z.strictObject({ x: Edge, y: Edge, width: Side, height: Side }))
    .min(1)
    .max(100)
    .describe('Rectangles that are blacked out in every frame, pixels from the upper left corner.'),
  reason: z.string().max(400).optional().describe('Why, for whoever reads the file next.'),
});

/** What a profile file says of pixels. */
export const PixelRulesEntry = z
  .strictObject({
    'outside-regions': z
      .enum(['look', 'blank'])
      .default('look')
      .describe(
        'Ultrasound images: what lies in no region that the header names (0018,6011) is looked at like the rest, or blacked out.',
      ),
    devices: z
      .array(DeviceRuleEntry.refine(({ manufacturer, model }) => manufacturer ?? model, 'which device'))
      .max(500)
      .default([])
      .describe('Where devices write about the person; a rule names the manufacturer or the model at least.'),
  })
  .optional()
  .describe('Pixels, beside what is read in them.');
