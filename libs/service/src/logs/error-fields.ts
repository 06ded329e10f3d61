import { ERRORS, toSluiceError } from '@sluice/contracts';
import type { ErrorFields } from './fields.js';

/** Frames of our own code, as `at name (…/libs/bus/src/file.ts:12:3)`. */
const OWN_FRAME =
  /^\s+at .*?(?:apps|libs)\/([a-z-]+)\/(?:src|dist)\/([a-z0-9/.-]+\.[jt]s):([0-9]+):[0-9]+\)?$/;
const MAX_FRAMES = 8;

/**
 * What may be said of a thrown value: code, kind, the catalogue's hint, class name, errno and, of a bug, where in our own code it
 * came from. Never its message or cause: V8 and libraries quote input there. The detail only of a fatal error, which is about how
 * this process was set up and never about data, and only where it is made of words and names (`logs/fields.ts`).
 */
export function errorFields(thrown: unknown): ErrorFields {
  const { code, kind, detail } = toSluiceError(thrown);
  const said = { code, kind, hint: ERRORS[code].hint };
  if (code === 'SERVICE_CONFIG_INVALID') return { ...said, problems: (detail ?? '').split('; ') };
  if (code !== 'UNEXPECTED') return { ...said, ...(kind === 'fatal' && { detail }) };
  const error = thrown instanceof Error ? thrown : undefined;
  const source = error?.cause instanceof Error && error.name === 'SluiceError' ? error.cause : error;
  if (!source) return said;
  return {
    ...said,
    errorName: source.constructor.name,
    errno: errnoOf(source),
    frames: ownFrames(source),
  };
}

function errnoOf(error: Error): string | undefined {
  const code: unknown = 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Lines after the message only: a message may hold lines that look like frames. */
function ownFrames(error: Error): readonly string[] {
  const stack = error.stack ?? '';
  const at = error.message ? stack.indexOf(error.message) : 0;
  if (at < 0) return [];
  const lines = stack
    .slice(at + error.message.length)
    .split('\n')
    .slice(1);
  return lines.flatMap(frameOf).slice(0, MAX_FRAMES);
}

function frameOf(line: string): readonly string[] {
  const [, room, file, row] = OWN_FRAME.exec(line) ?? [];
  return room && file && row ? [`${room}/${file}:${row}`] : [];
}
