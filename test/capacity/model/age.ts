/** Tells how old the oldest is that waits, when who came first is served first. Step by step; counts may be fractions. */
export class Age {
  readonly #came: { readonly at: number; total: number }[] = [];
  #oldest = 0;
  #total = 0;
  #done = 0;

  come(at: number, count: number): void {
    if (count <= 0) return;
    this.#total += count;
    this.#came.push({ at, total: this.#total });
  }

  /** So many more are done; returns the age at `now` of the oldest that still waits, 0 when none does. */
  leave(now: number, count: number): number {
    this.#done += count;
    while (this.#oldest < this.#came.length && this.#came[this.#oldest]!.total <= this.#done + 1e-6)
      this.#oldest += 1;
    const oldest = this.#came[this.#oldest];
    return oldest ? now - oldest.at : 0;
  }
}
