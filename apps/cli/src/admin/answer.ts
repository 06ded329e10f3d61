import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Desk } from '../desk.js';
import type { Output } from '../output.js';
import type { Teller } from '../run-command.js';
import type { Line } from './line.js';

/** Bytes of a file in one line. */
const CHUNK_BYTES = 1024 * 1024;
/** As long as the person's side waits (`ask-door.ts`): one that takes nothing for so long is gone, and gives its place back. */
const SILENCE_MS = 600_000;

/** A moving line moves once in so long. */
const PROGRESS_MS = 1_000;

/** A person at the other end of a request: words and files go into the answer, and nothing is kept here. */
export interface Answer extends Teller {
  end(exit: number): void;
}

/** Begins the answer to a person. A file is written when the person has taken the one before; it throws when nobody listens any more. */
export function beginAnswer(
  response: ServerResponse,
  { person, ended }: Pick<Desk, 'person' | 'ended'>,
  json: boolean,
): Answer {
  const tell = (line: Line) => response.write(`${JSON.stringify(line)}\n`);
  const send = async (line: Line) => {
    ended.throwIfAborted();
    if (!tell(line)) await drained(response);
  };
  response.setTimeout(SILENCE_MS);
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
  const output: Output = {
    json,
    table: (rows) => void tell({ table: [...rows] }),
    say: (say) => void tell({ say }),
    value: (value) => void tell({ value }),
    complain: (complain) => void tell({ complain }),
    progress: progressTo(response, tell),
  };
  const put = async (path: string, name: string, chunks: AsyncIterable<Buffer>) => {
    await send({ file: name });
    for await (const chunk of chunks)
      for (let at = 0; at < chunk.length; at += CHUNK_BYTES)
        await send({ chunk: chunk.subarray(at, at + CHUNK_BYTES).toString('base64') });
    await send({ kept: true });
    return join(path, name);
  };
  const folder = async (path: string) => ({
    put: (name: string, chunks: AsyncIterable<Buffer>) => put(path, name, chunks),
  });
  return {
    output,
    desk: { person, isOwn: false, ended, folder },
    end: (exit) => {
      tell({ exit });
      response.end();
    },
  };
}

/** Not more often than a person sees, and nothing to one who takes nothing: it would wait in memory. */
function progressTo(
  response: Pick<ServerResponse, 'writableNeedDrain'>,
  tell: (line: Line) => unknown,
): Output['progress'] {
  let toldAt = -Infinity;
  return (label, done, total) => {
    const isDue = done === total || performance.now() - toldAt >= PROGRESS_MS;
    if (!isDue || response.writableNeedDrain) return;
    toldAt = performance.now();
    tell({ progress: [label, done, total] });
  };
}

/** Waits until the person has taken what was written, or is gone; leaves no listener behind. */
async function drained(response: ServerResponse): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  try {
    await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]);
  } finally {
    over.abort();
  }
}
