import { z } from 'zod';

const Row = z.record(z.string(), z.unknown());

/**
 * One line of the admin door's answer (newline-delimited JSON), in the order of what the command does. A file is `file`, its `chunk`s
 * (base64), then `kept`; one that is not kept must not stand under any name. The last line is `exit`; without it the answer was cut.
 */
export const Line = z.union([
  z.strictObject({ table: z.array(Row).max(100_000) }),
  z.strictObject({ say: z.string() }),
  z.strictObject({ value: z.unknown() }),
  z.strictObject({ complain: z.string() }),
  z.strictObject({ progress: z.tuple([z.string(), z.number(), z.number()]) }),
  z.strictObject({ file: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/) }),
  z.strictObject({ chunk: z.base64() }),
  z.strictObject({ kept: z.literal(true) }),
  z.strictObject({ exit: z.number().int().min(0).max(3) }),
]);
export type Line = z.infer<typeof Line>;
