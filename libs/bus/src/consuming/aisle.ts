/**
 * Lets many work together, or one alone. One aisle serves a whole process, because a death is the process's:
 * a record that is tried alone must find nobody else at work, in whichever group (law 9).
 */
export class Aisle {
  #inside = 0;
  #alone = false;
  readonly #queue: (() => void)[] = [];
  #leave = new AbortController();
  #waiting: (() => void)[] = [];

  /** Works beside others. The signal asks to finish what was begun, begin nothing more, and come out. */
  async together<T>(work: (leave: AbortSignal) => Promise<T>): Promise<T> {
    while (this.#alone || this.#queue.length > 0)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#inside += 1;
    try {
      return await work(this.#leave.signal);
    } finally {
      this.#inside -= 1;
      this.#admit();
    }
  }

  /** Asks everybody out and works while nobody else does. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    await new Promise<void>((resolve) => {
      this.#queue.push(resolve);
      this.#leave.abort();
      this.#admit();
    });
    try {
      return await work();
    } finally {
      this.#alone = false;
      this.#admit();
    }
  }

  #admit(): void {
    if (this.#inside > 0 || this.#alone) return;
    const next = this.#queue.shift();
    if (next) {
      this.#alone = true;
      return next();
    }
    this.#leave = new AbortController();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const enter of waiting) enter();
  }
}

/** The aisle of this process. */
export const processAisle = new Aisle();
