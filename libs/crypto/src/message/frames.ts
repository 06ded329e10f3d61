import { SluiceError } from '@sluice/contracts';
import { ByteReader } from './byte-reader.js';

/** Plaintext bytes of a frame: one cipher each (about 25 us to create), and what `open` holds at a time. */
export const FRAME_BYTES = 1024 * 1024;

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Version, suite and message id. */
const PREAMBLE_BYTES = 1 + 2 + 32;
const COMMITMENT_BYTES = 32;
const HEAD_BYTES = 4 + NONCE_BYTES;
const LAST_HEAD_BYTES = 4 + 4 + NONCE_BYTES + 4;
const SEQUENCE_END = 0xffffffff;
/** Version 2, AES-256-GCM with HKDF-SHA-512 and key commitment, no signature: the only suite that is written or read. */
const VERSION_AND_SUITE = 0x020478;

/**
 * Gathers a stream into whole frames, all in `frame` (FRAME_BYTES), one after the other: the SDK is through with one before it asks for
 * the next, and with the last before its end. It takes a turn of the event loop for each chunk that it is given, so a frame is one; and
 * at a chunk that crosses a frame it counts the length of the rest twice.
 */
export async function* gatherFrames(plain: AsyncIterable<Uint8Array>, frame: Buffer): AsyncGenerator<Buffer> {
  let filled = 0;
  for await (const chunk of plain) {
    for (let at = 0; at < chunk.length;) {
      const taken = chunk.subarray(at, at + frame.length - filled);
      frame.set(taken, filled);
      filled += taken.length;
      at += taken.length;
      if (filled < frame.length) continue;
      yield frame;
      filled = 0;
    }
  }
  if (filled > 0) yield frame.subarray(0, filled);
}

/**
 * Cuts a sealed message into its header and its frames, and refuses every shape that this room does not write. The SDK's
 * verifying stream throws such shapes outside any promise, which would end the process, and ignores bytes after the end.
 * Source: AWS Encryption SDK message format reference, version 2.0.
 * @throws SluiceError CRYPTO_OPEN_FAILED
 */
export async function* cutIntoParts(sealed: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const reader = new ByteReader(sealed, malformed);
  try {
    yield await readHeader(reader);
    for (let sequence = 1, last = false; !last; sequence++) {
      const start = await reader.take(4);
      last = start.readUInt32BE() === SEQUENCE_END;
      const head = await readFrameHead(reader, start, sequence);
      yield head;
      yield* reader.pieces(last ? head.readUInt32BE(LAST_HEAD_BYTES - 4) : FRAME_BYTES);
      yield await reader.take(TAG_BYTES);
    }
    if (!(await reader.ended())) throw malformed('bytes after the end');
  } finally {
    await reader.close();
  }
}

async function readHeader(reader: ByteReader): Promise<Buffer> {
  const preamble = await reader.take(PREAMBLE_BYTES);
  if (preamble.readUIntBE(0, 3) !== VERSION_AND_SUITE) throw malformed('another version or suite');
  const context = await takeField(reader);
  const keyCount = await reader.take(2);
  if (keyCount.readUInt16BE() !== 1) throw malformed('not exactly one data key');
  const dataKey = [await takeField(reader), await takeField(reader), await takeField(reader)];
  const framing = await reader.take(1 + 4);
  if (framing.readUInt8() !== 2 || framing.readUInt32BE(1) !== FRAME_BYTES)
    throw malformed('another framing');
  return Buffer.concat([
    preamble,
    context,
    keyCount,
    ...dataKey,
    framing,
    await reader.take(COMMITMENT_BYTES + TAG_BYTES),
  ]);
}

/** A field with its two bytes of length, so at most 64 KiB. */
async function takeField(reader: ByteReader): Promise<Buffer> {
  const length = await reader.take(2);
  return Buffer.concat([length, await reader.take(length.readUInt16BE())]);
}

/** Sequence number and nonce; the last frame has a marker before and its length behind them. */
async function readFrameHead(reader: ByteReader, start: Buffer, sequence: number): Promise<Buffer> {
  const isLast = start.readUInt32BE() === SEQUENCE_END;
  const head = await reader.take((isLast ? LAST_HEAD_BYTES : HEAD_BYTES) - start.length, start);
  if (head.readUInt32BE(isLast ? 4 : 0) !== sequence) throw malformed('frames out of order');
  if (isLast && head.readUInt32BE(LAST_HEAD_BYTES - 4) > FRAME_BYTES) throw malformed('last frame too long');
  return head;
}

function malformed(detail: string): SluiceError {
  return new SluiceError('CRYPTO_OPEN_FAILED', { detail });
}
