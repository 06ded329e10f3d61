/** What is remembered of immutable rows. */
export interface Known {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
}

/** Rows that never change once they stand, kept in memory: the least recently asked for go first. */
export function openKnown(most: number): Known {
  const known = new Map<string, string>();

  function set(key: string, value: string): void {
    known.delete(key);
    known.set(key, value);
    const oldest = known.keys().next();
    if (known.size > most && !oldest.done) known.delete(oldest.value);
  }

  function get(key: string): string | undefined {
    const value = known.get(key);
    if (value !== undefined) set(key, value);
    return value;
  }

  return { get, set };
}
