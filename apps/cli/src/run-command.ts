import { ERRORS, type SluiceError, toSluiceError } from '@sluice/contracts';
import { type Command, EXIT } from './command.js';
import type { Desk } from './desk.js';
import type { Output } from './output.js';

/** Where a command's words and files go. */
export interface Teller {
  readonly output: Output;
  readonly desk: Desk;
  /** Told what a command failed with, beside the person. */
  readonly failed?: (error: SluiceError) => void;
}

/** Runs one command to its exit code: an error is told with its code, what to do about it, and how the command is used. */
export async function runCommand(
  command: Command,
  words: readonly string[],
  { output, desk, failed }: Teller,
): Promise<number> {
  try {
    return await command.run(words, output, desk);
  } catch (thrown) {
    failed?.(toSluiceError(thrown));
    return tellError(thrown, output, command.usage);
  }
}

/** The exit code of an error, after it was told. */
export function tellError(thrown: unknown, output: Output, usage: readonly string[] = []): number {
  const error = toSluiceError(thrown);
  output.value({ code: error.code, detail: error.detail });
  output.complain(`${error.message}\n${ERRORS[error.code].hint}`);
  if (error.code === 'CLI_USAGE') for (const line of usage) output.complain(`  sluice ${line}`);
  return exitCodeOf(error.code, error.kind);
}

function exitCodeOf(code: string, kind: string): number {
  if (code === 'CLI_USAGE' || kind === 'fatal') return EXIT.usage;
  return kind === 'transient' ? EXIT.unavailable : EXIT.incomplete;
}
