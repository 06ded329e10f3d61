import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DicomLimits } from '../limits.js';
import { DataSetRewriter } from './data-set-rewriter.js';
import type { Syntax } from './encoding.js';
import { pack } from './output-queue.js';
import type { RewritePlan } from './rewrite.types.js';
import { Tokenizer } from './tokenizer.js';

/** Header bytes handled before other work gets a turn. */
const TURN_BYTES = 256 * 1024;
/** Blocks put together before other work gets a turn. */
const TURN_BLOCKS = 8;

/** The data set that `plan` makes of the (inflated) one that is read, streaming. Throws what Tokenizer throws; then nothing more comes. */
export async function* rewriteDataSet(
  source: AsyncIterable<Buffer>,
  plan: RewritePlan,
  options: { readonly syntax: Syntax; readonly limits: DicomLimits },
): AsyncGenerator<Buffer> {
  const rewriter = new DataSetRewriter(plan, options.syntax);
  const tokenizer = new Tokenizer(options.syntax, rewriter, options.limits);
  let turnAt = TURN_BYTES;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += TURN_BYTES) {
      tokenizer.push(chunk.subarray(at, at + TURN_BYTES));
      yield* inTurns(pack(rewriter.drain()));
      if (tokenizer.headerBytes < turnAt) continue;
      turnAt = tokenizer.headerBytes + TURN_BYTES;
      await nextTurn();
    }
  }
  tokenizer.end();
  yield* inTurns(pack(rewriter.finish()));
}

async function* inTurns(blocks: Iterable<Buffer>): AsyncGenerator<Buffer> {
  let count = 0;
  for (const block of blocks) {
    yield block;
    count += 1;
    if (count % TURN_BLOCKS === 0) await nextTurn();
  }
}
