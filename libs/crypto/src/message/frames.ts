import { SluiceError } from '@sluice/contracts';
import { type ByteReader, byteReader } from './byte-reader.js';

/** Plaintext bytes of a frame: one cipher each (about 25 us to create), and what `open` holds at a time. */
export const FRAME_BYTES = 1024 * 1024;

/** Lengths of the AWS Encryption SDK message format 2.0: version, algorithm and message id; commitment, tag; frame parts. */
const PREAMBLE_BYTES = 1 + 2 + 32;
const COMMITMENT_AND_TAG_BYTES = 32 + 16;
const NONCE_AND_TAG_BYTES = 12 + 16;
const SEQUENCE_END = 0xffffffff;
/** Version 2, AES-256-GCM with HKDF-SHA-512 and key commitment, no signature: the only suite that is written or read. */
const VERSION_AND_SUITE = 0x020478;

/** Cuts a stream into buffers of exactly FRAME_BYTES and a shorter last one: the SDK must never see a chunk that crosses a frame. */
export async function* cutIntoFrames(plain: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let frame = Buffer.allocUnsafe(0);
  let filled = 0;
  for await (const chunk of plain) {
    for (let offset = 0; offset < chunk.length; ) {
      if (filled === 0) frame = Buffer.allocUnsafe(FRAME_BYTES);
      const taken = Math.min(FRAME_BYTES - filled, chunk.length - offset);
      frame.set(chunk.subarray(offset, offset + taken), filled);
      filled += taken;
      offset += taken;
      if (filled < FRAME_BYTES) continue;
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
  const reader = byteReader(sealed, malformed);
  try {
    yield await readHeader(reader);
    for (let sequence = 1, last = false; !last; sequence++) {
      const start = await reader.take(4);
      last = start.readUInt32BE() === SEQUENCE_END;
      yield await (last ? readLastFrame(reader, start, sequence) : readFrame(reader, start, sequence));
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
  if (framing.readUInt8() !== 2 || framing.readUInt32BE(1) !== FRAME_BYTES) throw malformed('another framing');
  return Buffer.concat([preamble, context, keyCount, ...dataKey, framing, await reader.take(COMMITMENT_AND_TAG_BYTES)]);
}

/** A field with its two bytes of length, so at most 64 KiB. */
async function takeField(reader: ByteReader): Promise<Buffer> {
  const length = await reader.take(2);
  return Buffer.concat([length, await reader.take(length.readUInt16BE())]);
}

async function readFrame(reader: ByteReader, start: Buffer, sequence: number): Promise<Buffer> {
  if (start.readUInt32BE() !== sequence) throw malformed('frames out of order');
  return reader.take(NONCE_AND_TAG_BYTES + FRAME_BYTES, start);
}

async function readLastFrame(reader: ByteReader, start: Buffer, sequence: number): Promise<Buffer> {
  const head = await reader.take(4 + 12 + 4, start);
  const length = head.readUInt32BE(20);
  if (head.readUInt32BE(4) !== sequence || length > FRAME_BYTES) throw malformed('last frame out of order or too long');
  return reader.take(length + 16, head);
}

function malformed(detail: string): SluiceError {
  return new SluiceError('CRYPTO_OPEN_FAILED', { detail });
}
