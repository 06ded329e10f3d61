/** A stream that is read by a second reader while it passes: what is added waits until it was taken, so that nothing piles up. */
export interface Tee {
  /** Resolves once the reader has taken it, or reads no more. */
  add(chunk: Uint8Array): Promise<void>;
  /** No more comes. */
  end(): void;
  /** To be read once. */
  readonly stream: AsyncIterable<Uint8Array>;
}

/** Opens one. */
export function openTee(): Tee {
  let offered: { readonly chunk: Uint8Array; taken(): void } | undefined;
  let over = false;
  let left = false;
  let wake: () => void = () => undefined;

  async function* stream(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        if (offered) {
          yield offered.chunk;
          offered.taken();
          offered = undefined;
        } else if (over) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      left = true;
      offered?.taken();
    }
  }

  return {
    add(chunk) {
      if (left) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      offered = { chunk, taken: resolve };
      wake();
      return promise;
    },
    end() {
      over = true;
      wake();
    },
    stream: stream(),
  };
}
