import { isSluiceError, SluiceError } from '@sluice/contracts';
import { parseArgs } from 'node:util';
import type { Folder } from '../desk.js';
import type { Output } from '../output.js';
import type { Teller } from '../run-command.js';
import { Line } from './line.js';

/** A table of a hundred thousand rows is the longest line. */
const MOST_LINE_BYTES = 64 * 1024 * 1024;
const NEWLINE = 10;

/**
 * Does what the door's answer to `words` says, and returns the exit code that it ends with. Files go below the folder that `--out` names,
 * whatever the door says. @throws SluiceError CLI_DOOR_ANSWER when it is cut or is no such answer; a file that was not whole does not stand
 */
export async function readAnswer(
  bytes: AsyncIterable<Buffer>,
  words: readonly string[],
  { output, desk }: Teller,
): Promise<number> {
  const lines = linesOf(bytes);
  let folder: Folder | undefined;
  for await (const line of lines) {
    if ('exit' in line) return line.exit;
    if ('file' in line) await (folder ??= await desk.folder(outOf(words))).put(line.file, chunksOf(lines));
    else tell(line, output);
  }
  throw cut();
}

/** A file's bytes; throws when the answer ends before the file was kept, so that nothing of it stands. */
async function* chunksOf(lines: AsyncIterator<Line>): AsyncGenerator<Buffer> {
  for (;;) {
    const next = await lines.next();
    if (next.done || !('chunk' in next.value || 'kept' in next.value)) throw cut();
    if ('kept' in next.value) return;
    yield Buffer.from(next.value.chunk, 'base64');
  }
}

function tell(line: Line, output: Output): void {
  if ('table' in line) output.table(line.table);
  else if ('say' in line) output.say(line.say);
  else if ('value' in line) output.value(line.value);
  else if ('complain' in line) output.complain(line.complain);
  else if ('progress' in line) output.progress(...line.progress);
  else throw cut();
}

async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  try {
    for await (const text of textLines(bytes)) yield Line.parse(JSON.parse(text));
  } catch (cause) {
    if (isSluiceError(cause)) throw cause;
    throw new SluiceError('CLI_DOOR_ANSWER', { cause });
  }
}

/** Text line by line, one in memory at a time; a longer one than the door ever writes is no answer. */
export async function* textLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let held: Buffer[] = [];
  let sizeBytes = 0;
  for await (let part of bytes) {
    for (let end = part.indexOf(NEWLINE); end >= 0; end = part.indexOf(NEWLINE)) {
      yield Buffer.concat([...held, part.subarray(0, end)]).toString('utf8');
      part = part.subarray(end + 1);
      held = [];
      sizeBytes = 0;
    }
    held.push(part);
    sizeBytes += part.length;
    if (sizeBytes > MOST_LINE_BYTES) throw new SluiceError('CLI_DOOR_ANSWER', { detail: 'an endless line' });
  }
}

function outOf(words: readonly string[]): string {
  const { values } = parseArgs({ args: [...words], options: { out: { type: 'string' } }, strict: false });
  if (typeof values.out !== 'string')
    throw new SluiceError('CLI_DOOR_ANSWER', { detail: 'files that nobody asked for' });
  return values.out;
}

const cut = () => new SluiceError('CLI_DOOR_ANSWER', { detail: 'it was cut before its end' });
