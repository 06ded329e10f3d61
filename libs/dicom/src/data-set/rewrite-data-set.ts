import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DicomLimits } from '../limits.js';
import { DataSetRewriter } from './data-set-rewriter.js';
import type { Syntax } from './encoding.js';
import { pack } from './output-queue.js';
import type { RewritePlan } from './rewrite.types.js';
import { Tokenizer } from './tokenizer.js';

/** Header bytes handled before other work gets a turn. */
const TURN_BYTES = 256 * 1024;

/** The data set that `plan` makes of the (inflated) one that is read, streaming. Throws what Tokenizer throws; then nothing more comes. */
export async function* rewriteDataSet(source: AsyncIterable<Buffer>, plan: RewritePlan, options: { readonly syntax: Syntax; readonly limits: DicomLimits }): AsyncGenerator<Buffer> {
  const rewriter = new DataSetRewriter(plan, options.syntax);
  const tokenizer = new Tokenizer(options.syntax, rewriter, options.limits);
  let turnAt = TURN_BYTES;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += TURN_BYTES) {
      tokenizer.push(chunk.subarray(at, at + TURN_BYTES));
      yield* pack(rewriter.drain());
      if (tokenizer.headerBytes < turnAt) continue;
      turnAt = tokenizer.headerBytes + TURN_BYTES;
      await nextTurn();
    }
  }
  tokenizer.end();
  yield* pack(rewriter.finish());
}
