import type { Duplex } from 'node:stream';
import { StreamWatch } from './stream-watch.js';

/**
 * Feeds `parts` through one of the SDK's streams and gives what comes out, in one task: the source is asked for its next part
 * only when the last one was taken up, and whatever the stream reports is thrown here. `leave` lets the stream go, also when the
 * consumer or the source gives up half-way.
 */
export async function* runThrough(
  stream: Duplex,
  parts: AsyncIterable<Buffer>,
  leave: (stream: Duplex) => void,
): AsyncGenerator<Buffer> {
  const watch = new StreamWatch(stream);
  try {
    for await (const part of parts) {
      let written = false;
      stream.write(part, () => {
        written = true;
        watch.ring();
      });
      yield* readUntil(watch, () => written);
    }
    stream.end();
    yield* readUntil(watch, () => watch.hasEnded());
  } finally {
    leave(stream);
  }
}

/** Leaves a decrypting stream. */
export function destroyStream(stream: Duplex): void {
  stream.destroy();
}

/**
 * Leaves an encrypting stream: it seals what it was given and nobody reads it. Destroyed before its end, the SDK's inner pipeline,
 * which has no callback, throws "Premature close" outside any promise and ends the process.
 */
export function runDry(stream: Duplex): void {
  stream.resume();
  stream.end();
}

async function* readUntil(watch: StreamWatch, isDone: () => boolean): AsyncGenerator<Buffer> {
  while (true) {
    watch.throwIfFailed();
    const chunk = watch.shift();
    if (chunk) yield chunk;
    else if (isDone()) return;
    else await watch.change();
  }
}
