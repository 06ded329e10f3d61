import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { atPace } from './pace.js';

const PACE = { minBytesPerSecond: 1_000, graceMs: 150 };

/** Chunks of `bytes`, each after `waitMs`; tells when it was left. */
function sender(chunks: number, { bytes, waitMs }: { bytes: number; waitMs: number }) {
  const state = { left: false };
  async function* chunksOf(): AsyncGenerator<Buffer> {
    try {
      for (let at = 0; at < chunks; at += 1) {
        await pause(waitMs);
        yield Buffer.alloc(bytes, at);
      }
    } finally {
      state.left = true;
    }
  }
  return { state, chunks: chunksOf() };
}

async function read(source: AsyncIterable<Buffer>, workMs = 0): Promise<number> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    await pause(workMs);
  }
  return bytes;
}

describe('a sender must keep pace', () => {
  it('one that trickles is refused, and its source is left', async () => {
    const { state, chunks } = sender(100, { bytes: 1, waitMs: 30 });
    await expect(read(await atPace(chunks, PACE))).rejects.toMatchObject({ code: 'INTAKE_BODY_TOO_SLOW' });
    expect(state.left).toBe(true);
  });

  it('one above the rate is taken, however long it takes', async () => {
    const { chunks } = sender(20, { bytes: 1_000, waitMs: 20 });
    expect(await read(await atPace(chunks, PACE))).toBe(20_000);
  });

  it('the wait before the first byte and our own slowness are not held against it', async () => {
    const { chunks } = sender(3, { bytes: 1, waitMs: 0 });
    const paced = await atPace(chunks, PACE);
    await pause(200);
    expect(await read(paced, 100)).toBe(3);
  });

  it('no bytes at all are no bytes', async () => {
    expect(await read(await atPace(sender(0, { bytes: 1, waitMs: 0 }).chunks, PACE))).toBe(0);
  });
});
