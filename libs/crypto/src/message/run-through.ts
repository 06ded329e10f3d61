import type { Duplex } from 'node:stream';

/**
 * Feeds `parts` through one of the SDK's streams and gives what comes out, in one task: the source is asked for its next part
 * only when the last one was taken up, and whatever the stream reports is thrown here. `leave` lets the stream go, also when the
 * consumer or the source gives up half-way.
 */
export async function* runThrough(stream: Duplex, parts: AsyncIterable<Buffer>, leave: (stream: Duplex) => void): AsyncGenerator<Buffer> {
  const watch = watchStream(stream);
  try {
    for await (const part of parts) {
      const written = watch.flag();
      stream.write(part, written.raise);
      yield* readUntil(stream, watch, written.isRaised);
    }
    stream.end();
    yield* readUntil(stream, watch, watch.hasEnded);
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
  const discard = () => {
    while (stream.read() !== null);
  };
  stream.on('readable', discard);
  stream.end();
  discard();
}

async function* readUntil(stream: Duplex, watch: StreamWatch, isDone: () => boolean): AsyncGenerator<Buffer> {
  while (true) {
    watch.throwIfFailed();
    const chunk = stream.read() as Buffer | null;
    if (chunk) yield chunk;
    else if (isDone()) return;
    else await watch.change();
  }
}

interface StreamWatch {
  hasEnded(): boolean;
  throwIfFailed(): void;
  /** Resolves when anything happened since the last call. */
  change(): Promise<void>;
  flag(): { raise(): void; isRaised(): boolean };
}

function watchStream(stream: Duplex): StreamWatch {
  let failure: { error: unknown } | undefined;
  let ended = false;
  let changed = false;
  let wake = () => {};
  const ring = () => {
    changed = true;
    wake();
  };
  const fail = (error: unknown) => {
    failure ??= { error };
    ring();
  };
  stream.on('readable', ring);
  stream.on('error', fail);
  stream.on('end', () => {
    ended = true;
    ring();
  });
  stream.on('close', () => {
    if (!ended) fail(new Error('closed before its end'));
  });
  return {
    hasEnded: () => ended,
    throwIfFailed() {
      if (failure) throw failure.error;
    },
    async change() {
      if (!changed) await new Promise<void>((resolve) => (wake = resolve));
      changed = false;
    },
    flag() {
      let raised = false;
      const raise = () => {
        raised = true;
        ring();
      };
      return { raise, isRaised: () => raised };
    },
  };
}
