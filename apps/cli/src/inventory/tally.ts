/** Names listed of one kind of difference, at the most. */
const MOST_NAMES = 1_000;

/** How many names there are, and the first of them. */
export interface Tally {
  readonly count: number;
  readonly names: readonly string[];
}

/** The tally when, of the names that it kept, only these are left; what it counted beyond them stays counted. */
export function narrowed({ count, names }: Tally, left: readonly string[]): Tally {
  return { count: count - (names.length - left.length), names: left };
}

/** Counts all, keeps a thousand names. */
export class NameTally implements Tally {
  count = 0;
  readonly names: string[] = [];

  add(name: string): void {
    this.count += 1;
    if (this.names.length < MOST_NAMES) this.names.push(name);
  }

  addAll({ count, names }: Tally): void {
    for (const name of names) this.add(name);
    this.count += count - names.length;
  }
}
