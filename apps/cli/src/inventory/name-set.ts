import { hash } from 'node:crypto';

const BLOCK = 65_536;
/** Of ten million names one in twenty-eight million others is taken for one of them. */
const HASH_BYTES = 6;

/** Names of a whole store by their digests, 8 bytes each. Add all, then ask. */
export class NameSet {
  readonly #blocks: Float64Array[] = [];
  #size = 0;
  #sorted: Float64Array | undefined;

  add(name: string): void {
    if (this.#size % BLOCK === 0) this.#blocks.push(new Float64Array(BLOCK));
    this.#blocks.at(-1)![this.#size % BLOCK] = digestOf(name);
    this.#size += 1;
    this.#sorted = undefined;
  }

  has(name: string): boolean {
    const sorted = (this.#sorted ??= this.#sort());
    const asked = digestOf(name);
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sorted[middle]! < asked) low = middle + 1;
      else high = middle;
    }
    return sorted[low] === asked;
  }

  #sort(): Float64Array {
    const all = new Float64Array(this.#blocks.length * BLOCK);
    for (const [at, block] of this.#blocks.entries()) all.set(block, at * BLOCK);
    return all.subarray(0, this.#size).sort();
  }
}

const digestOf = (name: string): number => hash('sha256', name, 'buffer').readUIntBE(0, HASH_BYTES);
