/** Limits of the cache: entries, and how long one may be used after it was made. */
export interface CacheLimits {
  readonly maxEntries: number;
  readonly maxAgeMs: number;
}

interface Entry {
  readonly value: Promise<Buffer>;
  readonly madeAt: number;
}

/** Secrets in memory, the least recently used dropped first; callers get copies, and a dropped secret is zeroed. */
export interface ExpiringCache {
  /** The secret of that name; `make` runs once for all who ask at the same time, and its failure is not kept. */
  get(name: string, make: () => Promise<Buffer>): Promise<Buffer>;
  clear(): void;
}

/** @param limits bound memory, and how late an erasure takes effect in this process */
export function expiringCache(limits: CacheLimits): ExpiringCache {
  const entries = new Map<string, Entry>();

  const drop = (name: string) => {
    const entry = entries.get(name);
    entries.delete(name);
    entry?.value.then(
      (secret) => secret.fill(0),
      () => {},
    );
  };

  const fresh = (name: string): Entry | undefined => {
    const entry = entries.get(name);
    if (!entry) return undefined;
    if (Date.now() - entry.madeAt < limits.maxAgeMs) return entry;
    drop(name);
    return undefined;
  };

  const add = (name: string, make: () => Promise<Buffer>): Entry => {
    const entry = { value: make(), madeAt: Date.now() };
    entry.value.catch(() => {
      if (entries.get(name) === entry) entries.delete(name);
    });
    return entry;
  };

  return {
    async get(name, make) {
      const entry = fresh(name) ?? add(name, make);
      entries.delete(name);
      entries.set(name, entry);
      const oldest = entries.keys().next().value;
      if (entries.size > limits.maxEntries && oldest !== undefined) drop(oldest);
      return entry.value.then((secret) => Buffer.from(secret));
    },
    clear() {
      for (const name of [...entries.keys()]) drop(name);
    },
  };
}
