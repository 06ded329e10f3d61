import { parentPort } from 'node:worker_threads';
import type { CodecReply, CodecTask } from './codec.types.js';
import { release } from './release.js';
import { runCodec } from './run-codec.js';

/** The thread's side: one task at a time; buffers are handed over, not copied. */
parentPort?.on('message', (task: CodecTask) => {
  const reply = runCodec(task);
  // No reply is made of them: decoders and encoders write elsewhere.
  release(task.op === 'decode' ? task.bytes : task.frame.bytes);
  parentPort?.postMessage(reply, buffersOf(reply));
});

function buffersOf(reply: CodecReply): ArrayBuffer[] {
  if ('frame' in reply) return [reply.frame.bytes.buffer];
  return 'bytes' in reply ? [reply.bytes.buffer] : [];
}
