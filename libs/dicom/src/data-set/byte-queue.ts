const EMPTY = Buffer.alloc(0);

/**
 * Bytes pushed in chunks, read in units: `ensure(n)` makes n contiguous bytes stand at `head[at]` or says that more must come.
 * A unit that spans chunks is gathered once, byte by byte of arrival, so that work stays linear for any chunk size.
 */
export class ByteQueue {
  head: Buffer = EMPTY;
  at = 0;
  private rest: Buffer = EMPTY;
  private gathering: Buffer | undefined;
  private gathered = 0;

  /** Only to be called when everything pushed before was read or is being gathered. */
  push(chunk: Buffer): void {
    if (this.gathering === undefined) {
      if (this.at === this.head.length) this.startAt(chunk);
      else this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
      return;
    }
    this.rest = chunk;
    this.fill(this.gathering);
  }

  /** True while a unit waits for bytes. */
  get waiting(): boolean {
    return this.gathering !== undefined;
  }

  /** True when no byte is left unread. */
  get drained(): boolean {
    return this.gathering === undefined && this.at === this.head.length && this.rest.length === 0;
  }

  ensure(count: number): boolean {
    const left = this.head.length - this.at;
    if (left >= count) return true;
    if (left === 0 && this.rest.length >= count) {
      this.startAt(this.rest);
      this.rest = EMPTY;
      return true;
    }
    this.gathering = Buffer.allocUnsafe(count);
    this.gathered = this.head.copy(this.gathering, 0, this.at);
    this.startAt(EMPTY);
    this.fill(this.gathering);
    return this.gathering === undefined;
  }

  /** The next bytes as they lie, at least one and at most `count`; undefined when none is here. */
  takeUpTo(count: number): Buffer | undefined {
    if (this.at === this.head.length) {
      if (this.rest.length === 0) return undefined;
      this.startAt(this.rest);
      this.rest = EMPTY;
    }
    const end = Math.min(this.head.length, this.at + count);
    const piece = this.head.subarray(this.at, end);
    this.at = end;
    return piece;
  }

  private startAt(buffer: Buffer): void {
    this.head = buffer;
    this.at = 0;
  }

  private fill(unit: Buffer): void {
    const copied = this.rest.copy(unit, this.gathered);
    this.gathered += copied;
    this.rest = this.rest.subarray(copied);
    if (this.gathered < unit.length) return;
    this.startAt(unit);
    this.gathering = undefined;
  }
}
