import { SluiceError } from '@sluice/contracts';

/** What a sender may be silent beyond its rate, ms; as long as the listener bears silence at all. */
export const GRACE_MS = 60_000;

/** How fast a sender must be. */
export interface Pace {
  readonly minBytesPerSecond: number;
  readonly graceMs?: number;
}

/**
 * The same bytes, once the first of them are here. Time counts only while we wait for the sender; complete silence is for its door
 * to end. @throws SluiceError INTAKE_BODY_TOO_SLOW when a chunk comes too late for the rate, and what the source throws
 */
export async function atPace(
  bytes: AsyncIterable<Buffer>,
  { minBytesPerSecond, graceMs = GRACE_MS }: Pace,
): Promise<AsyncIterable<Buffer>> {
  const source = bytes[Symbol.asyncIterator]();
  const first = await source.next();
  return rest();

  async function* rest(): AsyncGenerator<Buffer> {
    let allowedMs = graceMs;
    try {
      for (let next = first; !next.done;) {
        allowedMs = Math.min(graceMs, allowedMs + (next.value.length / minBytesPerSecond) * 1_000);
        yield next.value;
        const began = Date.now();
        next = await source.next();
        allowedMs -= Date.now() - began;
        if (allowedMs < 0) throw new SluiceError('INTAKE_BODY_TOO_SLOW', { detail: 'below the least rate' });
      }
    } finally {
      await source.return?.();
    }
  }
}
