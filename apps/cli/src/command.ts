import { SluiceError } from '@sluice/contracts';
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import type { Desk } from './desk.js';
import type { Output } from './output.js';

/** Exit codes of every command; the README lists them. */
export const EXIT = { done: 0, incomplete: 1, usage: 2, unavailable: 3 } as const;

/** One verb of `sluice`. */
export interface Command {
  /** One line per form, as `sluice help` prints it. */
  readonly usage: readonly string[];
  readonly summary: string;
  run(args: readonly string[], output: Output, desk: Desk): Promise<number>;
}

interface ParsedBy<T extends ParseArgsOptionsConfig> {
  args: string[];
  options: T & { json: { type: 'boolean' } };
  allowPositionals: true;
  strict: true;
}

/** Parses a command's words; every command knows `--json`. @throws SluiceError CLI_USAGE */
export function parse<T extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: T,
): ReturnType<typeof parseArgs<ParsedBy<T>>> {
  try {
    return parseArgs({
      args: [...args],
      options: { ...options, json: { type: 'boolean' } },
      allowPositionals: true,
      strict: true,
    });
  } catch (cause) {
    throw usage((cause as Error).message.split('.')[0]!.toLowerCase());
  }
}

export function usage(detail: string): SluiceError {
  return new SluiceError('CLI_USAGE', { detail });
}
