/** Most secrets held, and how long one is used after it was made. */
export interface CacheLimits {
  readonly maxEntries: number;
  readonly maxAgeMs: number;
}

interface Entry {
  readonly value: Promise<Buffer>;
  readonly madeAt: number;
}

/** Secrets in memory, the least recently used dropped first; callers get copies, and a dropped secret is zeroed. */
export class ExpiringCache {
  private readonly entries = new Map<string, Entry>();
  private readonly limits: CacheLimits;

  /** @param limits bound memory, and how late an erasure takes effect in this process */
  constructor(limits: CacheLimits) {
    this.limits = limits;
  }

  /** The secret of that name; `make` runs once for all who ask at the same time, and its failure is not kept. */
  async get(name: string, make: () => Promise<Buffer>): Promise<Buffer> {
    const entry = this.fresh(name) ?? this.made(name, make);
    this.entries.delete(name);
    this.entries.set(name, entry);
    const oldest = this.entries.keys().next().value;
    if (this.entries.size > this.limits.maxEntries && oldest !== undefined) this.drop(oldest);
    return entry.value.then((secret) => Buffer.from(secret));
  }

  /** The secret of that name if it is held. */
  async held(name: string): Promise<Buffer | undefined> {
    const secret = await this.fresh(name)?.value;
    return secret && Buffer.from(secret);
  }

  clear(): void {
    for (const name of [...this.entries.keys()]) this.drop(name);
  }

  private fresh(name: string): Entry | undefined {
    const entry = this.entries.get(name);
    if (!entry || Date.now() - entry.madeAt < this.limits.maxAgeMs) return entry;
    this.drop(name);
    return undefined;
  }

  private made(name: string, make: () => Promise<Buffer>): Entry {
    const entry = { value: make(), madeAt: Date.now() };
    entry.value.catch(() => {
      if (this.entries.get(name) === entry) this.entries.delete(name);
    });
    return entry;
  }

  private drop(name: string): void {
    const entry = this.entries.get(name);
    this.entries.delete(name);
    entry?.value.then(
      (secret) => secret.fill(0),
      () => {},
    );
  }
}
